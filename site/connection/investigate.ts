import type { EdgeView, Investigate } from "../../client/index.ts";
import { edgeMayKnow, joinViews } from "./join.ts";

/** Asks the edge how it sees a server; null when the edge can't be asked or doesn't say. */
export type AskEdge = (server: string | undefined, signal: AbortSignal) => Promise<EdgeView | null>;

/** Settles after so many milliseconds, or rejects when the signal aborts. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

/** What the edge saw is at most a second old (worker/observatory.ts): this later, it has looked again. */
const LOOKS_AGAIN_AFTER_MS = 1200;

/** A million pages that lose NATS at once ask within this time, and not in the same moment, milliseconds. */
export const SPREAD_MS = 2000;

/** What the edge has seen fail is taken for so long before it is asked again, milliseconds: attempts come often at first. */
export const KEPT_MS = 15_000;

/** What the page has besides the edge; injected, so that a test can hold it. */
export interface Around {
  readonly pause: Pause;
  readonly random: () => number;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * The client's `investigate` hook: asks the edge about a fault whose cause the browser couldn't see.
 * An edge that reached the server may have done so just before it went: before the browser's own
 * network is blamed, the edge is asked once more.
 */
export function investigateWith(
  askEdge: AskEdge,
  { pause, random, now }: Around = { pause: pauseByTimer, random: Math.random, now: Date.now },
): Investigate {
  let failed: { readonly server: string | undefined; readonly view: EdgeView; readonly atMs: number } | null =
    null;
  const keptOf = (server: string | undefined): EdgeView | null => {
    if (failed === null || failed.server !== server) return null;
    return Math.abs(now() - failed.atMs) < KEPT_MS ? failed.view : null;
  };
  const ask: AskEdge = async (server, signal) => {
    const kept = keptOf(server);
    if (kept !== null) return kept;
    await pause(random() * SPREAD_MS, signal);
    const view = await askEdge(server, signal);
    failed = view?.status === "fail" ? { server, view, atMs: now() } : null;
    return view;
  };
  return async (seen, signal) => {
    if (!edgeMayKnow(seen)) return null;
    const { server } = seen.evidence;
    const first = await ask(server, signal);
    if (first === null) return null;
    const joined = joinViews(seen, first);
    if (joined.explanation !== "blocked-here") return joined;
    await pause(LOOKS_AGAIN_AFTER_MS, signal);
    const second = await ask(server, signal);
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
