import type { EdgeView, Fault, Investigate, MyceliumClient } from "../../client/index.ts";
import { ask as askWorker } from "../edge/api.ts";
import { type EdgeWord, edgeWordOf } from "./edge-view.ts";
import { edgeMayKnow, joinViews } from "./join.ts";

/** Asks the edge what it says of a server. */
export type AskEdge = (server: string | undefined, signal: AbortSignal) => Promise<EdgeWord>;

/** The probe answers within 4 s; an edge that is slower than this has nothing to say. */
const ASK_EDGE_MS = 6000;

/** What the edge says of a server right now; null when it can't be asked. */
export async function askReadyz(server: string | undefined, signal: AbortSignal): Promise<EdgeWord> {
  try {
    const health = await askWorker("health", "/readyz", {
      cache: "no-store",
      // The edge may not know whether the page is opened over https, and NATS may let in either.
      referrerPolicy: "origin",
      signal: AbortSignal.any([signal, AbortSignal.timeout(ASK_EDGE_MS)]),
    });
    return edgeWordOf(health, server);
  } catch {
    // A worker that doesn't answer knows no more than the browser.
    return null;
  }
}

/** What the edge saw is at most a second old (worker/observatory.ts): this later, it has looked again. */
const LOOKS_AGAIN_AFTER_MS = 1200;

/** A million pages that lose NATS at once ask within this time, and not in the same moment, milliseconds. */
export const SPREAD_MS = 2000;

/** What the edge has seen fail is taken for so long before it is asked again, milliseconds: attempts come often at first. */
export const KEPT_MS = 15_000;

/**
 * The client's `investigate` hook: asks the edge about a fault whose cause the browser couldn't see.
 * An edge that reached the server may have done so just before it went: before the browser's own
 * network is blamed, the edge is asked once more.
 * @param client forgets by being live what the edge saw fail before
 */
export function investigateWith(askEdge: AskEdge, client: Pick<MyceliumClient, "onState">): Investigate {
  let failed: { readonly server: string | undefined; readonly view: EdgeView; readonly atMs: number } | null =
    null;
  // Whatever failed works again: the next outage may have another cause.
  client.onState(({ status }) => {
    if (status === "live") failed = null;
  });
  const keptOf = (server: string | undefined): EdgeView | null => {
    if (failed === null || failed.server !== server) return null;
    return Math.abs(Date.now() - failed.atMs) < KEPT_MS ? failed.view : null;
  };
  const ask: AskEdge = async (server, signal) => {
    const kept = keptOf(server);
    if (kept !== null) return kept;
    await pause(Math.random() * SPREAD_MS, signal);
    const word = await askEdge(server, signal);
    const isFailure = typeof word === "object" && word?.status === "fail";
    failed = isFailure ? { server, view: word, atMs: Date.now() } : null;
    return word;
  };
  return async (seen, signal) => {
    if (!edgeMayKnow(seen)) return null;
    const { server } = seen.evidence;
    const first = verdictOf(seen, await ask(server, signal));
    if (first === null || !isWorthAnotherLook(first)) return first;
    await pause(LOOKS_AGAIN_AFTER_MS, signal);
    return verdictOf(seen, await ask(server, signal));
  };
}

function verdictOf(seen: Fault, word: EdgeWord): Fault | null {
  if (word === null) return null;
  // It was dialled by another configuration than the edge's: what the edge sees now is of other servers.
  return word === "unlisted" ? { ...seen, explanation: "new-configuration" } : joinViews(seen, word);
}

/** Before the browser's own network is blamed; and what the edge has seen once, it says with doubt. */
function isWorthAnotherLook({ explanation, confidence, evidence }: Fault): boolean {
  return explanation === "blocked-here" || (evidence.edge?.status === "warn" && confidence === "possible");
}

/** Settles after so many milliseconds, or rejects when the signal aborts. */
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
