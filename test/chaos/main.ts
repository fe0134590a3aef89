/** `npm run chaos -- --schedules N --seed S`: ends with one line of JSON; exit code 1 on a violation. */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { wholeNumber } from "../support/tools/whole-number.ts";
import { playTogether } from "./threads.ts";

const { values } = parseArgs({
  options: {
    schedules: { type: "string", default: "10000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000_000) },
  },
});
const seed = wholeNumber("seed", values.seed);
const played = await playTogether(wholeNumber("schedules", values.schedules), seed, availableParallelism());
if (played.firstViolation !== null) {
  const { what, schedule } = played.firstViolation;
  process.stdout.write(`violated: ${what}\nshrunk from seed ${schedule.seed} (${schedule.runtime}):\n`);
  for (const deed of schedule.deeds) process.stdout.write(`  ${JSON.stringify(deed)}\n`);
}
const { schedules, steps, violations } = played;
process.stdout.write(`${JSON.stringify({ schedules, steps, violations, seed })}\n`);
process.exit(violations === 0 ? 0 : 1);
