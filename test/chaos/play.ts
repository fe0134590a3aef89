import { Violation, Watch } from "./invariants.ts";
import { traceErrors } from "./quick-thread.ts";
import { type Action, type Deed, makeSchedule, type Schedule } from "./schedule.ts";
import { lifeIsOver } from "./settled.ts";
import { World } from "./world.ts";

/** What playing a schedule came to. */
export interface Played {
  readonly steps: number;
  /** What was violated; null when everything held. */
  readonly violation: string | null;
}

/** Longer than any ping, countdown and dial that schedules configure, one after the other, ms. */
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

/** Plays one schedule from birth to the last stop, and watches. */
export async function play(schedule: Schedule): Promise<Played> {
  const world = new World(schedule);
  const watch = new Watch(world);
  const look = () => watch.always();
  const go = (ms: number) => world.run(world.clock.now() + ms, look);
  try {
    for (const { action, thenMs } of schedule.deeds) {
      world.act(action);
      await go(thenMs);
    }
    for (const action of HEALING) world.act(action);
    await go(RECOVERY_MS);
    watch.recovered();
    world.act({ do: "stop" });
    await go(RECOVERY_MS);
    world.act({ do: "start" });
    await go(RECOVERY_MS);
    watch.atRest();
    world.act({ do: "stop" });
    await go(RECOVERY_MS);
    const { status } = world.client.state;
    if (status !== "stopped") throw new Violation(`is ${status} after a stop`);
    look();
    return { steps: world.steps, violation: null };
  } catch (reason) {
    const violation = reason instanceof Violation ? reason.message : `threw ${(reason as Error).stack}`;
    return { steps: world.steps, violation };
  } finally {
    await lifeIsOver();
  }
}

/** Leaves out whatever isn't needed for a schedule to fail, until nothing more can be left out. */
async function shrink(schedule: Schedule): Promise<Schedule> {
  let smallest = schedule;
  for (let index = 0; index < smallest.deeds.length; ) {
    const shorter = await firstViolating(smallest, shortened(smallest.deeds, index));
    if (shorter === null) index += 1;
    else smallest = shorter;
  }
  return smallest;
}

async function firstViolating(
  schedule: Schedule,
  candidates: readonly (readonly Deed[])[],
): Promise<Schedule | null> {
  for (const deeds of candidates) {
    const candidate = { ...schedule, deeds };
    if ((await play(candidate)).violation !== null) return candidate;
  }
  return null;
}

/** Without one deed; and without it, but with the time that it took: a later deed may depend on when it comes. */
function shortened(deeds: readonly Deed[], index: number): readonly (readonly Deed[])[] {
  const { thenMs } = deeds[index] as Deed;
  const rest = deeds.filter((_, i) => i !== index);
  if (index === 0) return [rest];
  const delayed = rest.map((deed, i) => (i === index - 1 ? { ...deed, thenMs: deed.thenMs + thenMs } : deed));
  return [rest, delayed];
}

/** What is reported of a life that failed. */
async function reportOf(schedule: Schedule, what: string): Promise<Campaign["firstViolation"]> {
  traceErrors();
  const { violation } = await play(schedule);
  return { seed: schedule.seed, what: violation ?? what, schedule: await shrink(schedule) };
}

/** The sum over many schedules; the first violation is shrunk and reported. */
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

/** Plays the schedules of `count` seeds from `firstSeed` on, `stride` apart. */
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

/** As `campaign`, but ends at the first violation, which is not shrunk. */
export async function untilViolated(count: number, firstSeed: number, stride = 1): Promise<Campaign> {
  let steps = 0;
  for (let i = 0; i < count; i++) {
    const schedule = makeSchedule(firstSeed + i * stride);
    const { violation, ...played } = await play(schedule);
    steps += played.steps;
    if (violation === null) continue;
    return {
      schedules: i + 1,
      steps,
      violations: 1,
      firstViolation: { seed: schedule.seed, what: violation, schedule },
    };
  }
  return { schedules: count, steps, violations: 0, firstViolation: null };
}
