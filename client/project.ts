import { fault } from "./faults.ts";
import type { Machine, Outage } from "./model.ts";
import type { ConnectionState, Retrying } from "./state.ts";

/** The machine as the page sees it: the same facts under the names that readers know. */
export function project(machine: Machine): ConnectionState {
  const { phase } = machine;
  switch (phase.name) {
    case "idle":
      return { status: "idle", sinceMs: phase.sinceMs };
    case "dialling":
      return retrying(phase.outage, { nextAttemptAtMs: null, waitingForNetwork: false });
    case "waiting":
      return retrying(phase.outage, { nextAttemptAtMs: phase.dueAtMs, waitingForNetwork: false });
    case "offline": {
      const outage = { ...phase.outage, fault: fault("offline", { online: false }) };
      return retrying(outage, { nextAttemptAtMs: null, waitingForNetwork: true });
    }
    case "live":
      return {
        status: "live",
        sinceMs: phase.sinceMs,
        server: phase.server,
        credentialsExpireAtMs: phase.expiresAtMs,
      };
    case "closing":
      // Who wants to be live again reads that it is coming, not that it is going.
      if (phase.next === "stopped") return { status: "stopping", sinceMs: phase.sinceMs };
      return {
        status: "connecting",
        sinceMs: phase.sinceMs,
        attempt: 1,
        failedAttempts: 0,
        fault: null,
        nextAttemptAtMs: null,
        waitingForNetwork: false,
      };
    case "stopped":
      return { status: "stopped", sinceMs: phase.sinceMs };
    case "failed":
      return {
        status: "failed",
        sinceMs: phase.sinceMs,
        fault: phase.fault,
        failedAttempts: phase.outage.failedAttempts,
      };
  }
}

function retrying(
  outage: Outage,
  wait: Pick<Retrying, "nextAttemptAtMs" | "waitingForNetwork">,
): ConnectionState {
  const shared = {
    sinceMs: outage.sinceMs,
    attempt: outage.attempt,
    failedAttempts: outage.failedAttempts,
    ...wait,
  };
  if (outage.origin.type === "again" && outage.fault !== null) {
    return { status: "reconnecting", fault: outage.fault, ...shared };
  }
  return { status: "connecting", fault: outage.fault, ...shared };
}
