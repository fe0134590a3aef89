import type { ConnectionState, StopOutcome } from "./state.ts";

/** How a start ended: `retrying` means that an attempt failed and others follow. */
export type StartOutcome = "live" | "retrying" | "failed" | "stopped";

/** Who waits for how a start or a stop ends. */
export class OpenCalls {
  readonly #starts = new Set<(outcome: StartOutcome) => void>();
  readonly #stops = new Set<(outcome: StopOutcome) => void>();

  started(settle: (outcome: StartOutcome) => void): void {
    this.#starts.add(settle);
  }

  /** Settles at once where nothing is there to be closed. */
  stopped(state: ConnectionState, settle: (outcome: StopOutcome) => void): void {
    if (state.status === "stopping") this.#stops.add(settle);
    else settle("nothing-open");
  }

  /** Another step was taken: whoever waited for an attempt that has ended is told. */
  settleStarts(state: ConnectionState): void {
    const outcome = startOutcome(state);
    if (outcome === null) return;
    for (const settle of this.#starts) settle(outcome);
    this.#starts.clear();
  }

  /** What was to be closed is. */
  settleStops(outcome: StopOutcome): void {
    for (const settle of this.#stops) settle(outcome);
    this.#stops.clear();
  }
}

/** How the attempt went that a start has brought about; null while it is under way. */
function startOutcome(state: ConnectionState): StartOutcome | null {
  switch (state.status) {
    case "live":
      return "live";
    case "connecting":
    case "reconnecting":
      return state.nextAttemptAtMs !== null || state.waitingForNetwork ? "retrying" : null;
    case "failed":
      return "failed";
    default:
      return "stopped";
  }
}
