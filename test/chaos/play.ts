import { InvariantChecker, Violation } from "./invariants.ts";
import { shrink, upToFailure } from "./lives.ts";
import { traceErrors } from "./quick-thread.ts";
import { type Action, makeSchedule, type Schedule } from "./schedule.ts";
import { lifeIsOver } from "./settled.ts";
import { World } from "./world.ts";

/** Result of playing a schedule. */
export interface Played {
  readonly steps: number;
  /** The violation; null if every invariant held. */
  readonly violation: string | null;
}

/** Longer than any ping, countdown and dial of the schedules together, milliseconds. */
const RECOVERY_MS = 130_000;

const HEALING: readonly Action[] = [
  { do: "calm" },
  { do: "thaw" },
  { do: "reach", how: "up" },
  { do: "latency", ms: 5 },
  { do: "reject", errText: null },
  { do: "allow", subject: "a" },
  { do: "allow", subject: "b" },
  { do: "allow", subject: "c" },
  { do: "tokens", how: "given", lifeMs: null },
  { do: "network", online: true },
  { do: "configure", changes: { connectTimeoutMs: 5000 } },
];

/** Plays a schedule, lets the client recover, restarts and stops it, and checks the invariants throughout. */
export async function play(schedule: Schedule): Promise<Played> {
  const world = new World(schedule);
  const checker = new InvariantChecker(world);
  const check = () => checker.checkStep();
  const go = (ms: number) => world.run(world.clock.now() + ms, check);
  try {
    for (const { action, thenMs } of schedule.deeds) {
      world.act(action);
      await go(thenMs);
    }
    for (const action of HEALING) world.act(action);
    await go(RECOVERY_MS);
    checker.checkRecovered();
    world.act({ do: "stop" });
    await go(RECOVERY_MS);
    world.act({ do: "start" });
    await go(RECOVERY_MS);
    checker.checkRestarted();
    world.act({ do: "stop" });
    await go(RECOVERY_MS);
    const { status } = world.client.state;
    if (status !== "stopped") throw new Violation(`is ${status} after a stop`);
    check();
    return { steps: world.steps, violation: null };
  } catch (reason) {
    const violation = reason instanceof Violation ? reason.message : `threw ${(reason as Error).stack}`;
    return { steps: world.steps, violation };
  } finally {
    await lifeIsOver();
  }
}

const fails = async (schedule: Schedule) => (await play(schedule)).violation !== null;

/** Replays a failed schedule with stack traces, and shrinks it. */
async function reportOf(schedule: Schedule, what: string): Promise<Campaign["firstViolation"]> {
  traceErrors();
  const { violation } = await play(schedule);
  return { seed: schedule.seed, what: violation ?? what, schedule: await shrink(schedule, fails) };
}

/** Result of playing many schedules, with the first violation. */
export interface Campaign {
  readonly schedules: number;
  readonly steps: number;
  readonly violations: number;
  readonly firstViolation: {
    readonly seed: number;
    readonly what: string;
    readonly schedule: Schedule;
  } | null;
}

/** Plays the schedules of `count` seeds, `firstSeed` and every `stride` on. */
export async function campaign(count: number, firstSeed: number, stride = 1): Promise<Campaign> {
  let steps = 0;
  let violations = 0;
  let firstViolation: Campaign["firstViolation"] = null;
  for (let i = 0; i < count; i++) {
    const seed = firstSeed + i * stride;
    const played = await play(makeSchedule(seed));
    steps += played.steps;
    if (played.violation === null) continue;
    violations += 1;
    firstViolation ??= await reportOf(makeSchedule(seed), played.violation);
  }
  return { schedules: count, steps, violations, firstViolation };
}

/** Like `campaign`, but stops at the first violation and doesn't shrink it. */
export async function untilViolated(count: number, firstSeed: number, stride = 1): Promise<Campaign> {
  let steps = 0;
  const { played, violation } = await upToFailure({ count, firstSeed, stride }, makeSchedule, async (one) => {
    const { violation: what, ...life } = await play(one);
    steps += life.steps;
    return what;
  });
  return {
    schedules: played,
    steps,
    violations: violation === null ? 0 : 1,
    firstViolation: violation === null ? null : { seed: violation.schedule.seed, ...violation },
  };
}
