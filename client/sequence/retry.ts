import type { Clock } from "../options.ts";
import { AskError, type SequenceReason } from "./port.ts";
import { ANSWER_TIMEOUT_MS, type Stream } from "./stream.ts";
import { fallback, loadPart, pause } from "./wait.ts";

/** Milliseconds until the next try in each state; after `giveUp` without an answer the stream counts as unreadable. */
export const RETRY_MS = { waiting: 250, unreadable: 5000, denied: 60_000, giveUp: 20_000 } as const;

/**
 * Repeats `work` until it succeeds, for as long as the link lives: a stream may be without a leader for long.
 * @param onFailure called after each failure; `isHopeless` means that the stream counts as unreadable
 * @throws AskError `ended` when the link ends
 */
export async function retry(
  work: () => Promise<void>,
  stream: Stream,
  clock: Clock,
  onFailure: (isHopeless: boolean, reason: SequenceReason) => void,
): Promise<void> {
  for (let failedMs = 0; ; ) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof AskError) || error.failure === "ended") throw error;
      const { failure } = error;
      const isUnanswered = failure === "no-responders" || failure === "timeout";
      // Reported before the diagnosis, which takes as long again if the server is frozen.
      if (isUnanswered && failedMs === 0) onFailure(false, failure);
      const diagnosis = isUnanswered ? await tryDiagnose(stream) : null;
      // Another link may have taken over during the diagnosis.
      if (stream.signal.aborted) throw new AskError("ended");
      failedMs += RETRY_MS.waiting + (failure === "timeout" ? ANSWER_TIMEOUT_MS : 0);
      const isCertain = failure === "denied" || failure === "not-loaded" || diagnosis !== null;
      const isHopeless = isCertain || failedMs >= RETRY_MS.giveUp;
      onFailure(isHopeless, diagnosis ?? failure);
      const delayMs = RETRY_MS[failure === "denied" ? failure : isHopeless ? "unreadable" : "waiting"];
      await pause(clock, delayMs, stream.signal);
    }
  }
}

/** As `diagnose`, but null if that fails. */
function tryDiagnose(stream: Stream): Promise<SequenceReason | null> {
  return loadPart(import("./info.ts"), stream.signal)
    .then(({ diagnose }) => diagnose(stream))
    .catch(fallback(null));
}
