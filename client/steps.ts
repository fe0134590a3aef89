import type { Effect, Machine, Phase, Step } from "./model.ts";
import type { TimelineEvent } from "./timeline.ts";

/** Nothing changes and nothing is to be done. */
export function same(machine: Machine): Step {
  return { machine, effects: [] };
}

/** On to the next phase, with what is to be done. */
export function go(machine: Machine, phase: Phase, ...effects: Effect[]): Step {
  return { machine: { ...machine, phase }, effects };
}

/** Notes an event on the timeline. */
export function log(event: TimelineEvent): Effect {
  return { type: "log", event };
}
