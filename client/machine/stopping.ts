import { TRANSITIONS } from "../state.ts";
import { attempt, freshOutage, retryingPhase } from "./attempt.ts";
import {
  type Event,
  enter,
  log,
  type Machine,
  type RestingPhase,
  type Step,
  type StepInput,
  type StoppingPhase,
  unchanged,
} from "./model.ts";

/** Handles events while `idle` or `stopped`: only the user can leave these states. */
export function resting(machine: Machine<RestingPhase>, event: Event, { nowMs }: StepInput): Step {
  if (event.type !== "start" && event.type !== "reconnect") return unchanged(machine);
  return attempt(machine, freshOutage(nowMs, TRANSITIONS[machine.phase.shown.status].started), nowMs);
}

/** Handles events while `stopping`: the links are closing. */
export function stopping(machine: Machine<StoppingPhase>, event: Event, { nowMs }: StepInput): Step {
  const transitions = TRANSITIONS[machine.phase.shown.status];
  switch (event.type) {
    case "start":
    case "reconnect":
      // The state shows `connecting` at once, though the dial waits until the old links have closed.
      return enter(machine, retryingPhase(freshOutage(nowMs, transitions.started), { name: "clearing" }));
    case "closed":
      return enter(
        machine,
        { shown: { status: transitions.closed, sinceMs: nowMs, outcome: event.outcome } },
        { type: "detach", cause: null },
        log(event),
      );
    default:
      return unchanged(machine);
  }
}
