import type { FaultKind } from "../../client/faults/index.ts";
import type { Observation, ServerCheck } from "../../contract/status.ts";

/** Faults that say that nothing is there at all, which lost packets can't explain. */
const NOTHING_THERE: ReadonlySet<FaultKind> = new Set<FaultKind>(["refused", "dns"]);

/**
 * Turns an observation in which all servers fail into a warning, unless each failed in the previous one too or nothing is
 * there. The very first observation needs no confirmation if its faults are certain. Pure.
 * @param failedBefore the servers that failed in the previous observation; null if there was none
 */
export function confirm(observation: Observation, failedBefore: readonly string[] | null): Observation {
  if (observation.status !== "fail") return observation;
  const isSure = ({ componentId, fault, confidence }: ServerCheck): boolean =>
    fault !== undefined &&
    (NOTHING_THERE.has(fault) || (failedBefore?.includes(componentId) ?? confidence === "certain"));
  if (observation.servers.every(isSure)) return observation;
  const servers = observation.servers.map((one) => (isSure(one) ? one : unconfirmed(one)));
  return { ...observation, status: "warn", isConfirmed: false, servers };
}

/** A failure observed only once, as a warning. */
function unconfirmed(server: ServerCheck): ServerCheck {
  return { ...server, status: "warn", confidence: "possible" };
}
