import type { FaultKind } from "../../client/faults/index.ts";
import type { Observation, ServerCheck } from "../../contract/status.ts";

/** Nobody is there at all: no packet that was lost explains that twice. */
const NOBODY_THERE: ReadonlySet<FaultKind> = new Set<FaultKind>(["refused", "dns"]);

/**
 * One look at which all servers fail is no outage: each is a warning, until the next look fails there too or nothing at
 * all answers. The very first look may say so by itself, if it is sure. Pure.
 * @param failedBefore the servers that failed at the look before this one; null when there was none
 */
export function confirmed(seen: Observation, failedBefore: readonly string[] | null): Observation {
  if (seen.status !== "fail") return seen;
  const isSure = ({ componentId, fault, confidence }: ServerCheck): boolean =>
    fault !== undefined &&
    (NOBODY_THERE.has(fault) || (failedBefore?.includes(componentId) ?? confidence === "certain"));
  if (seen.servers.every(isSure)) return seen;
  const servers = seen.servers.map((one) => (isSure(one) ? one : doubted(one)));
  return { ...seen, status: "warn", isConfirmed: false, servers };
}

/** What was seen once isn't certain. */
function doubted(server: ServerCheck): ServerCheck {
  return { ...server, status: "warn", confidence: "possible" };
}
