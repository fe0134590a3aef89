import type { EdgeView, Investigate } from "../../client/index.ts";
import { edgeMayKnow, joinViews } from "./join.ts";

/** Asks the edge how it sees a server; null when the edge can't be asked or doesn't say. */
export type AskEdge = (server: string | undefined, signal: AbortSignal) => Promise<EdgeView | null>;

/** Settles after so many milliseconds, or rejects when the signal aborts. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

/** What the edge saw is at most a second old (worker/observatory.ts): this later, it has looked again. */
const LOOKS_AGAIN_AFTER_MS = 1200;

/**
 * The client's `investigate` hook: asks the edge about a fault whose cause the browser couldn't see.
 * An edge that reached the server may have done so just before it went: before the browser's own
 * network is blamed, the edge is asked once more.
 */
export function investigateWith(askEdge: AskEdge, pause: Pause = pauseByTimer): Investigate {
  return async (seen, signal) => {
    if (!edgeMayKnow(seen)) return null;
    const { server } = seen.evidence;
    const first = await askEdge(server, signal);
    if (first === null) return null;
    const joined = joinViews(seen, first);
    if (joined.explanation !== "blocked-here") return joined;
    await pause(LOOKS_AGAIN_AFTER_MS, signal);
    const second = await askEdge(server, signal);
    return second === null ? null : joinViews(seen, second);
  };
}

async function pauseByTimer(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
