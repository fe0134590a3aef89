import type { Tunables } from "../options.ts";
import { faultOf } from "../state.ts";
import { live } from "./live.ts";
import {
  type Event,
  type LivePhase,
  log,
  type Machine,
  type RestingPhase,
  type RetryingPhase,
  type Step,
  type StepInput,
  type StoppingPhase,
  unchanged,
} from "./model.ts";
import { retrying } from "./retrying.ts";
import { resting, stopping } from "./stopping.ts";

/** The machine of a client that was never started. */
export function idleMachine(tunables: Tunables, nowMs: number): Machine {
  return { phase: { shown: { status: "idle", sinceMs: nowMs } }, network: "online", tunables, lastLinkId: 0 };
}

/** Computes the next machine and the effects of an event. Pure: time and randomness come with `input`. */
export function step(machine: Machine, event: Event, input: StepInput): Step {
  const updated = withSettings(machine, event);
  if (updated === null) return unchanged(machine);
  const next = dispatch(updated, event, input);
  const networkLog = event.type === "network" ? [log({ type: "network", online: event.online })] : [];
  const effects = [...networkLog, ...next.effects];
  const { shown } = next.machine.phase;
  if (shown.status === machine.phase.shown.status) return { machine: next.machine, effects };
  const fault = faultOf(shown);
  const statusLog = log({ type: "status", status: shown.status, ...(fault === null ? {} : { fault }) });
  // A fault that has ended needs no investigation.
  const ended = "outage" in next.machine.phase ? [] : [{ type: "end-investigation" } as const];
  return { machine: next.machine, effects: [...effects, statusLog, ...ended] };
}

/** Stores new settings or a network change, whatever the status; null if the network is as reported before. */
function withSettings(machine: Machine, event: Event): Machine | null {
  if (event.type === "configure") return { ...machine, tunables: event.tunables };
  if (event.type !== "network") return machine;
  const network = event.online ? "online" : "offline";
  return network === machine.network ? null : { ...machine, network };
}

/** Passes the event to the function for the current status, which determines the type of the phase. */
function dispatch(machine: Machine, event: Event, input: StepInput): Step {
  switch (machine.phase.shown.status) {
    case "idle":
    case "stopped":
      return resting(machine as Machine<RestingPhase>, event, input);
    case "connecting":
    case "reconnecting":
    case "failed":
      return retrying(machine as Machine<RetryingPhase>, event, input);
    case "live":
      return live(machine as Machine<LivePhase>, event, input);
    case "stopping":
      return stopping(machine as Machine<StoppingPhase>, event, input);
  }
}
