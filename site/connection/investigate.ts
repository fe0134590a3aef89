import type { EdgeView, Investigate } from "../../client/index.ts";
import { edgeMayKnow, joinViews } from "./join.ts";

/** Asks the edge how it sees a server; null when the edge can't be asked or doesn't say. */
export type AskEdge = (server: string | undefined, signal: AbortSignal) => Promise<EdgeView | null>;

/** The client's `investigate` hook: asks the edge about a fault whose cause the browser couldn't see. */
export function investigateWith(askEdge: AskEdge): Investigate {
  return async (seen, signal) => {
    if (!edgeMayKnow(seen)) return null;
    const edge = await askEdge(seen.evidence.server, signal);
    return edge === null ? null : joinViews(seen, edge);
  };
}
