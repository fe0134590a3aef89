import { TRANSITIONS } from "../state.ts";
import { attempt, freshOutage } from "./attempt.ts";
import { type Event, type Machine, type RestingPhase, type Step, type Surroundings, same } from "./model.ts";

/** `idle` and `stopped`: nothing happens until the user starts. */
export function resting(machine: Machine<RestingPhase>, event: Event, { nowMs }: Surroundings): Step {
  switch (event.type) {
    case "start":
    case "reconnect":
      return attempt(machine, freshOutage(nowMs, TRANSITIONS[machine.phase.shown.status].started), nowMs);
    default:
      // What a link of before still has to say concerns nobody any more.
      return same(machine);
  }
}
