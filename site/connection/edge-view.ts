import type { EdgeView } from "../../client/index.ts";
import type { Health } from "../../contract/health.ts";

/** The edge's view of a server; "unlisted" when the edge has no such server, null when it has observed nothing. */
export type EdgeAnswer = EdgeView | "unlisted" | null;

/** The result of `/readyz` for this server only; null when the edge has observed nothing. */
export function edgeAnswerOf({ checks }: Pick<Health, "checks">, server: string | undefined): EdgeAnswer {
  if (checks === undefined || server === undefined) return null;
  return checks["nats:reachability"].find((one) => isSameServer(one.componentId, server)) ?? "unlisted";
}

/** Treats `ws://host` and `ws://host/` as the same server. */
function isSameServer(one: string, other: string): boolean {
  return (
    one === other || (URL.canParse(one) && URL.canParse(other) && new URL(one).href === new URL(other).href)
  );
}
