import { type ConnectionState, type Fault, faultOf } from "../../client/index.ts";

/** A live link that is back within this time was hardly missed: a banner would only flash. */
const QUIET_MS = 1000;

/** The fault that the banner tells, or null when nothing is wrong that a reader should know of. */
export function bannerFault(state: ConnectionState, nowMs: number): Fault | null {
  if (state.status === "reconnecting" && nowMs - state.sinceMs < QUIET_MS) return null;
  return faultOf(state);
}
