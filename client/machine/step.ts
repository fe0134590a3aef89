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
  type StoppingPhase,
  type Surroundings,
  same,
} from "./model.ts";
import { retrying } from "./retrying.ts";
import { resting, stopping } from "./stopping.ts";

/** A machine that was never asked for anything. */
export function idleMachine(tunables: Tunables, nowMs: number): Machine {
  return { phase: { shown: { status: "idle", sinceMs: nowMs } }, network: "online", tunables, lastLinkId: 0 };
}

/** What happens next: a pure function of the machine, the event and the surroundings. */
export function step(machine: Machine, event: Event, around: Surroundings): Step {
  const known = takeIn(machine, event);
  if (known === null) return same(machine);
  const next = follow(known, event, around);
  const noted = event.type === "network" ? [log({ type: "network", online: event.online })] : [];
  const effects = [...noted, ...next.effects];
  const { shown } = next.machine.phase;
  if (shown.status === machine.phase.shown.status) return { machine: next.machine, effects };
  const fault = faultOf(shown);
  const statusLog = log({ type: "status", status: shown.status, ...(fault === null ? {} : { fault }) });
  // Nobody asks about a fault that is over.
  const ended = "outage" in next.machine.phase ? [] : [{ type: "end-investigation" } as const];
  return { machine: next.machine, effects: [...effects, statusLog, ...ended] };
}

/** What holds in every status: the settings and the network. Null when that is no news. */
function takeIn(machine: Machine, event: Event): Machine | null {
  if (event.type === "configure") return { ...machine, tunables: event.tunables };
  if (event.type !== "network") return machine;
  const network = event.online ? "online" : "offline";
  return network === machine.network ? null : { ...machine, network };
}

/** The phase of a machine is the one that its status tells. */
function follow(machine: Machine, event: Event, around: Surroundings): Step {
  switch (machine.phase.shown.status) {
    case "idle":
    case "stopped":
      return resting(machine as Machine<RestingPhase>, event, around);
    case "connecting":
    case "reconnecting":
    case "failed":
      return retrying(machine as Machine<RetryingPhase>, event, around);
    case "live":
      return live(machine as Machine<LivePhase>, event, around);
    case "stopping":
      return stopping(machine as Machine<StoppingPhase>, event, around);
  }
}
