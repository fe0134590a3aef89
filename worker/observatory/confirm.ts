import type { FaultKind } from "../../client/faults/index.ts";
import type { Observation, ServerObservation } from "../../contract/status.ts";

/** Nobody is there at all: no packet that was lost explains that twice. */
const NOBODY_THERE: ReadonlySet<FaultKind> = new Set<FaultKind>(["refused", "dns"]);

/**
 * One look that fails is no outage: it is a warning, and a failure once the next one fails too, or when nothing at
 * all answers. The very first look may say so by itself, if it is sure. Pure.
 * @param wasReached whether the look before this one reached a server; null when there was none
 */
export function confirmed(seen: Observation, wasReached: boolean | null): Observation {
  if (seen.status !== "fail" || wasReached === false) return seen;
  const isSure = ({ fault }: ServerObservation): boolean =>
    fault !== null &&
    (NOBODY_THERE.has(fault.kind) || (wasReached === null && fault.confidence === "certain"));
  if (seen.servers.every(isSure)) return seen;
  return { ...seen, status: "warn", isConfirmed: false, servers: seen.servers.map(doubted) };
}

/** What was seen once isn't certain. */
function doubted(server: ServerObservation): ServerObservation {
  if (server.status !== "fail" || server.fault === null) return server;
  return { ...server, status: "warn", fault: { ...server.fault, confidence: "possible" } };
}
