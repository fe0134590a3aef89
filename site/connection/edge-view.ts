import type { EdgeView } from "../../client/index.ts";
import type { Health } from "../../contract/health.ts";

/** What the edge says of a server: how it sees it, that it has no such server any more, or nothing. */
export type EdgeWord = EdgeView | "unlisted" | null;

/**
 * What `/readyz` says of one server, and of that one only: what was seen of another is no evidence. Null when the
 * edge has observed nothing.
 */
export function edgeWordOf({ checks }: Pick<Health, "checks">, server: string | undefined): EdgeWord {
  if (checks === undefined || server === undefined) return null;
  return checks["nats:reachability"].find((one) => isSameServer(one.componentId, server)) ?? "unlisted";
}

/** `ws://host` and `ws://host/` are one server. */
function isSameServer(one: string, other: string): boolean {
  return (
    one === other || (URL.canParse(one) && URL.canParse(other) && new URL(one).href === new URL(other).href)
  );
}
