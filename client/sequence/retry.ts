import type { Clock } from "../options.ts";
import { AskError, type SequenceReason } from "./port.ts";
import { ANSWER_TIMEOUT_MS, type Stream } from "./stream.ts";
import { fallback, loadPart, pause } from "./wait.ts";

/** Where nobody answers it is tried again after this; after so long in vain the stream counts as unreadable, milliseconds. */
export const RETRY_MS = { waiting: 250, unreadable: 5000, denied: 60_000, giveUp: 20_000 } as const;

/**
 * Does `work` until it succeeds: a stream without a leader is waited for as long as there is the link.
 * @param onFailure is called after each failure, with whether there is little hope
 * @throws AskError once the link has ended
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
      const isAsked = failure === "nobody" || failure === "silence";
      // To find out why takes as long again where a server is frozen.
      if (isAsked && failedMs === 0) onFailure(false, failure);
      const diagnosis = isAsked ? await tryDiagnose(stream) : null;
      // Another link may have taken over meanwhile, which this one knows nothing of.
      if (stream.signal.aborted) throw new AskError("ended");
      failedMs += RETRY_MS.waiting + (failure === "silence" ? ANSWER_TIMEOUT_MS : 0);
      const isCertain = failure === "denied" || failure === "not-loaded" || diagnosis !== null;
      const isHopeless = isCertain || failedMs >= RETRY_MS.giveUp;
      onFailure(isHopeless, diagnosis ?? failure);
      const delayMs = RETRY_MS[failure === "denied" ? failure : isHopeless ? "unreadable" : "waiting"];
      await pause(clock, delayMs, stream.signal);
    }
  }
}

/** Why nobody answers, where that can be learnt. */
function tryDiagnose(stream: Stream): Promise<SequenceReason | null> {
  return loadPart(import("./info.ts"), stream.signal)
    .then(({ diagnose }) => diagnose(stream))
    .catch(fallback(null));
}
