/** `npm run chaos -- --schedules N --seed S`: ends with one line of JSON; exit code 1 on a violation. */
import { availableParallelism } from "node:os";
import { readFlags } from "../support/tools/flags.ts";
import { playTogether } from "./threads.ts";

const { numbers } = readFlags("npm run chaos -- [--schedules 10000] [--seed N]", ["schedules", "seed"]);
const seed = numbers.seed ?? Date.now() % 1_000_000_000;
const played = await playTogether(numbers.schedules ?? 10_000, seed, availableParallelism());
if (played.firstViolation !== null) {
  const { what, schedule } = played.firstViolation;
  process.stdout.write(`violated: ${what}\nshrunk from seed ${schedule.seed} (${schedule.runtime}):\n`);
  for (const deed of schedule.deeds) process.stdout.write(`  ${JSON.stringify(deed)}\n`);
}
const { schedules, steps, violations } = played;
process.stdout.write(`${JSON.stringify({ schedules, steps, violations, seed })}\n`);
process.exit(violations === 0 ? 0 : 1);
