/** `npm run chaos -- --schedules N --seed S`: ends with one line of JSON; exit code 1 on a violation. */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { playTogether } from "./threads.ts";

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) {
    process.stderr.write(`--${name} is ${text}: give a whole number from 1 on\n`);
    process.exit(1);
  }
  return value;
}

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
