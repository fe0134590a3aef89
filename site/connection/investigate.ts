import type { EdgeView, Fault, Investigate, MyceliumClient } from "../../client/index.ts";
import { ask as askWorker } from "../edge/api.ts";
import { type EdgeAnswer, edgeAnswerOf } from "./edge-view.ts";
import { edgeMayKnow, joinViews } from "./join.ts";

/** Asks the edge for its view of a server. */
export type AskEdge = (server: string | undefined, signal: AbortSignal) => Promise<EdgeAnswer>;

/** Milliseconds to wait for the edge. The probe itself answers within 4 s. */
const ASK_EDGE_MS = 6000;

/** Asks `/readyz` for its current view of a server; null when the worker can't be reached. */
export async function askReadyz(server: string | undefined, signal: AbortSignal): Promise<EdgeAnswer> {
  try {
    const health = await askWorker("health", "/readyz", {
      cache: "no-store",
      // The edge may not know whether the page is on http or https, and `allowed_origins` may differ for them.
      referrerPolicy: "origin",
      signal: AbortSignal.any([signal, AbortSignal.timeout(ASK_EDGE_MS)]),
    });
    return edgeAnswerOf(health, server);
  } catch {
    // Without an answer from the worker, only the browser's own view is left.
    return null;
  }
}

/** Milliseconds after which the edge has a new result: it caches one for a second (worker/observatory.ts). */
const SECOND_CHECK_AFTER_MS = 1200;

/** Milliseconds over which pages that lose NATS together spread their requests to the edge. */
export const SPREAD_MS = 2000;

/** Milliseconds for which a failure seen by the edge is reused: the first attempts follow each other quickly. */
export const FAILURE_REUSED_MS = 15_000;

/**
 * The client's `investigate` hook: asks the edge about a fault whose cause the browser couldn't see. The edge may
 * have reached the server just before it went down, so it is asked again before the browser's network is blamed.
 * @param client what the edge saw fail is forgotten once this client is live
 */
export function investigateWith(askEdge: AskEdge, client: Pick<MyceliumClient, "onState">): Investigate {
  let failed: { readonly server: string | undefined; readonly view: EdgeView; readonly atMs: number } | null =
    null;
  // The next outage may have another cause.
  client.onState(({ status }) => {
    if (status === "live") failed = null;
  });
  const keptOf = (server: string | undefined): EdgeView | null => {
    if (failed === null || failed.server !== server) return null;
    return Math.abs(Date.now() - failed.atMs) < FAILURE_REUSED_MS ? failed.view : null;
  };
  const ask: AskEdge = async (server, signal) => {
    const kept = keptOf(server);
    if (kept !== null) return kept;
    await pause(Math.random() * SPREAD_MS, signal);
    const answer = await askEdge(server, signal);
    const isFailure = typeof answer === "object" && answer?.status === "fail";
    failed = isFailure ? { server, view: answer, atMs: Date.now() } : null;
    return answer;
  };
  return async (seen, signal) => {
    if (!edgeMayKnow(seen)) return null;
    const { server } = seen.evidence;
    const first = explain(seen, await ask(server, signal));
    if (first === null || !needsSecondCheck(first)) return first;
    await pause(SECOND_CHECK_AFTER_MS, signal);
    return explain(seen, await ask(server, signal));
  };
}

function explain(seen: Fault, answer: EdgeAnswer): Fault | null {
  if (answer === null) return null;
  // The page has an older configuration than the edge, which now sees other servers.
  return answer === "unlisted" ? { ...seen, explanation: "new-configuration" } : joinViews(seen, answer);
}

/** Whether to ask again: before blaming the browser's network, and after a failure that the edge saw only once. */
function needsSecondCheck({ explanation, confidence, evidence }: Fault): boolean {
  return explanation === "blocked-here" || (evidence.edge?.status === "warn" && confidence === "possible");
}

/** Resolves after `ms` milliseconds; rejects when the signal aborts. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
