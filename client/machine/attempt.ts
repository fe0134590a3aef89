import { delayMs, slowDelayMs } from "../backoff.ts";
import { type Fault, type FaultKind, fault } from "../faults/fault.ts";
import { TRANSITIONS } from "../state.ts";
import {
  type Attempt,
  type Effect,
  go,
  type Machine,
  type Outage,
  type RetryingPhase,
  type Step,
  type Surroundings,
} from "./model.ts";

/** Kinds that looking from elsewhere can tell more about. */
const UNCLEAR: ReadonlySet<FaultKind> = new Set<FaultKind>(["unreachable", "timeout", "unknown", "stale"]);

/** An outage and what it does about it, as everybody sees it. */
export function retryingPhase(outage: Outage, now: Attempt): RetryingPhase {
  const { status, sinceMs, attempt, failedAttempts } = outage;
  const isOffline = now.name === "offline";
  const shared = {
    sinceMs,
    attempt,
    failedAttempts,
    nextAttemptAtMs: now.name === "waiting" ? now.dueAtMs : null,
    waitingForNetwork: isOffline,
  };
  const seen = isOffline ? fault("offline", { online: false }) : outage.fault;
  if (status === "connecting") return { shown: { status, fault: seen, ...shared }, outage, now };
  return { shown: { status, fault: seen ?? fault("unknown"), ...shared }, outage, now };
}

/** Dials, or waits for the network if there is none. */
export function attempt(machine: Machine, outage: Outage, nowMs: number, ...before: Effect[]): Step {
  if (machine.network === "offline")
    return go(machine, retryingPhase(outage, { name: "offline" }), ...before);
  const linkId = machine.lastLinkId + 1;
  return go(
    { ...machine, lastLinkId: linkId },
    retryingPhase(outage, { name: "dialling", linkId, startedAtMs: nowMs }),
    ...before,
    { type: "dial", linkId, attempt: outage.attempt, renews: false },
  );
}

/**
 * Waits for the next attempt: a while by the backoff, or long where only somebody else can mend it.
 * @param logged notes what happened; told how long the wait is, null while offline
 */
export function retryLater(
  machine: Machine,
  outage: Outage,
  seen: Fault,
  { nowMs, random }: Surroundings,
  logged: (retryInMs: number | null) => Effect,
  atLeastMs = 0,
): Step {
  const after = { ...outage, status: statusAfter(outage, seen, machine) };
  const more: readonly Effect[] = UNCLEAR.has(seen.kind) ? [{ type: "investigate", fault: seen }] : [];
  if (machine.network === "offline")
    return go(machine, retryingPhase(after, { name: "offline" }), logged(null), ...more);
  const ownMs =
    after.status === "failed"
      ? slowDelayMs(random)
      : delayMs(outage.attempt, nowMs - outage.sinceMs, machine.tunables.reconnect, random);
  const delay = Math.max(ownMs, atLeastMs);
  return go(
    machine,
    retryingPhase(after, { name: "waiting", dueAtMs: nowMs + delay }),
    { type: "set-timer", timer: "retry", delayMs: delay },
    logged(delay),
    ...more,
  );
}

/** Only slow attempts are left once the first ones are spent, or where waiting cures nothing. */
function statusAfter(outage: Outage, seen: Fault, { tunables }: Machine): Outage["status"] {
  if (outage.status === "failed") return outage.status;
  const { maxAttempts } = tunables.reconnect;
  const isSpent = outage.lostAtMs === null && maxAttempts > 0 && outage.attempt > maxAttempts;
  return isSpent || !seen.retryable ? TRANSITIONS[outage.status]["only slow attempts left"] : outage.status;
}
