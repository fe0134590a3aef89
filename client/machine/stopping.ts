import { TRANSITIONS } from "../state.ts";
import { attempt, freshOutage, retryingPhase } from "./attempt.ts";
import {
  type Event,
  go,
  log,
  type Machine,
  type RestingPhase,
  type Step,
  type StoppingPhase,
  type Surroundings,
  same,
} from "./model.ts";

/** `idle` and `stopped`: nothing happens until the user starts. */
export function resting(machine: Machine<RestingPhase>, event: Event, { nowMs }: Surroundings): Step {
  // What a link of before still has to say concerns nobody any more.
  if (event.type !== "start" && event.type !== "reconnect") return same(machine);
  return attempt(machine, freshOutage(nowMs, TRANSITIONS[machine.phase.shown.status].started), nowMs);
}

/** `stopping`: what is open is being closed. */
export function stopping(machine: Machine<StoppingPhase>, event: Event, { nowMs }: Surroundings): Step {
  const ways = TRANSITIONS[machine.phase.shown.status];
  switch (event.type) {
    case "start":
    case "reconnect":
      // Who wants to be live again reads that it is coming, not that it is going.
      return go(machine, retryingPhase(freshOutage(nowMs, ways.started), { name: "clearing" }));
    case "closed":
      return go(
        machine,
        { shown: { status: ways.closed, sinceMs: nowMs, outcome: event.outcome } },
        { type: "detach", cause: null },
        log(event),
      );
    default:
      return same(machine);
  }
}
