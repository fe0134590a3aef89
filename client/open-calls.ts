import type { Event, Phase } from "./machine/model.ts";
import type { ConnectionState, StopOutcome } from "./state.ts";

/** The outcome of `start()`; `retrying` means that the first attempt failed and others follow. */
export type StartOutcome = "live" | "retrying" | "failed" | "stopped";

/** The pending promises of `start()`, `reconnect()` and `stop()`. */
export class OpenCalls {
  readonly starts = new Set<(outcome: StartOutcome) => void>();
  readonly stops = new Set<(outcome: StopOutcome) => void>();

  /** Settles the calls whose attempt or close has ended with this event. */
  settle(phase: Phase, event: Event): void {
    settleAll(this.starts, startOutcome(phase.shown));
    const isClosing =
      phase.shown.status === "stopping" || ("activity" in phase && phase.activity.name === "clearing");
    if (!isClosing) settleAll(this.stops, event.type === "closed" ? event.outcome : "nothing-open");
  }
}

function settleAll<T>(calls: Set<(outcome: T) => void>, outcome: T | null): void {
  if (outcome === null) return;
  for (const settle of calls) settle(outcome);
  calls.clear();
}

/** The outcome of the current attempt; null while it is under way. */
function startOutcome(state: ConnectionState): StartOutcome | null {
  if (state.status === "live" || state.status === "failed") return state.status;
  if (!("nextAttemptAtMs" in state)) return "stopped";
  return state.nextAttemptAtMs !== null || state.waitingForNetwork ? "retrying" : null;
}
