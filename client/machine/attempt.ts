import { delayMs, slowDelayMs } from "../backoff.ts";
import { type ExplanationKey, type Fault, type FaultKind, fault } from "../faults/fault.ts";
import { TRANSITIONS } from "../state.ts";
import {
  type Effect,
  enter,
  type KnownFault,
  type Machine,
  type Outage,
  type RetryActivity,
  type RetryingPhase,
  type Step,
  type StepInput,
  setTimer,
} from "./model.ts";

/** Kinds of faults that an investigation from elsewhere can make more precise. */
const VAGUE: ReadonlySet<FaultKind> = new Set<FaultKind>(["unreachable", "timeout", "unknown", "stale"]);

/** The longest pause that a credentials source can ask for, milliseconds. */
const MAX_RETRY_AFTER_MS = 600_000;

/** How long a refined fault can slow the attempts down, milliseconds; by then it has been investigated again. */
const REFINED_FAULT_VALID_MS = 60_000;

/** The pause that the credentials source asked for, milliseconds; 0 if none, or if `retryAfterMs` is NaN. */
export function retryAfterMs({ evidence }: Fault): number {
  return Math.min(MAX_RETRY_AFTER_MS, evidence.retryAfterMs || 0);
}

/** The outage that begins when the user starts the client, or a live link is lost. */
export function freshOutage(nowMs: number, status: Outage["status"]): Outage {
  return {
    status,
    sinceMs: nowMs,
    lostAtMs: null,
    attempt: 1,
    failedAttempts: 0,
    shownKey: null,
    faults: new Map(),
  };
}

/**
 * The outage after the client has seen the fault `seen`. An earlier fault with the same explanation stays if it was
 * refined, or if no other fault was shown since (else another server may have failed in between). But `seen` replaces it
 * if it quotes new words of the server, unless the earlier fault was refined to another explanation.
 */
export function withFault(outage: Outage, seen: Fault): Outage {
  const { explanation } = seen;
  const earlier = outage.faults.get(explanation);
  const isCurrent = earlier?.refinedAtMs !== null || outage.shownKey === explanation;
  const stays = earlier !== undefined && isCurrent && !hasNewServerText(seen, earlier.fault);
  const known = stays ? earlier : { fault: seen, refinedAtMs: null };
  return withKnown({ ...outage, shownKey: explanation }, explanation, known);
}

/** Whether `seen` quotes a server's own words that `other`, with the same explanation, doesn't. */
export function hasNewServerText(seen: Fault, other: Fault): boolean {
  const text = serverTextOf(seen);
  return text !== undefined && text !== serverTextOf(other) && other.explanation === seen.explanation;
}

function serverTextOf({ evidence }: Fault): string | undefined {
  return evidence.errText ?? evidence.closeReason ?? evidence.firstBytes;
}

/** The outage with `known` as its fault for an explanation. */
export function withKnown(outage: Outage, explanation: ExplanationKey, known: KnownFault): Outage {
  return { ...outage, faults: new Map([...outage.faults, [explanation, known]]) };
}

/** The fault that the state shows; undefined while nothing has gone wrong. */
export function shownFault({ shownKey, faults }: Outage): KnownFault | undefined {
  return shownKey === null ? undefined : faults.get(shownKey);
}

/** The phase of an outage, with the public state that follows from it. */
export function retryingPhase(outage: Outage, activity: RetryActivity): RetryingPhase {
  const { status, sinceMs, attempt, failedAttempts } = outage;
  const isOffline = activity.name === "offline";
  // The cast is sound: `fault` is null only during the first connect, whose state allows that.
  const shown = {
    status,
    fault: isOffline ? fault("offline", { online: false }) : (shownFault(outage)?.fault ?? null),
    sinceMs,
    attempt,
    failedAttempts,
    nextAttemptAtMs: activity.name === "waiting" ? activity.dueAtMs : null,
    waitingForNetwork: isOffline,
  } as RetryingPhase["shown"];
  return { shown, outage, activity };
}

/** Starts the next attempt, or waits for the network while offline. */
export function attempt(machine: Machine, outage: Outage, nowMs: number, ...before: Effect[]): Step {
  if (machine.network === "offline")
    return enter(machine, retryingPhase(outage, { name: "offline" }), ...before);
  const linkId = machine.lastLinkId + 1;
  return enter(
    { ...machine, lastLinkId: linkId },
    retryingPhase(outage, { name: "dialling", linkId, startedAtMs: nowMs }),
    ...before,
    { type: "dial", linkId, attempt: outage.attempt, replacedExpiryMs: null },
  );
}

/**
 * Schedules the next attempt: after the backoff, or slowly once the status is `failed`.
 * @param logged makes the log entry, or another effect, from the delay, which is null while offline
 */
export function retryLater(
  machine: Machine,
  outage: Outage,
  seen: Fault,
  { nowMs, random }: StepInput,
  logged: (retryInMs: number | null) => Effect,
  minDelayMs = 0,
): Step {
  const after = { ...outage, status: statusAfter(outage, machine, nowMs) };
  const more: readonly Effect[] = VAGUE.has(seen.kind) ? [{ type: "investigate", fault: seen }] : [];
  if (machine.network === "offline")
    return enter(machine, retryingPhase(after, { name: "offline" }), logged(null), ...more);
  const backoffMs =
    after.status === "failed"
      ? slowDelayMs(random)
      : delayMs(outage.attempt, nowMs - outage.sinceMs, machine.tunables.reconnect, random);
  const delay = Math.max(backoffMs, minDelayMs);
  const isRetryAfter = retryAfterMs(seen) >= delay;
  return enter(
    machine,
    retryingPhase(after, { name: "waiting", dueAtMs: nowMs + delay, isRetryAfter }),
    setTimer("retry", delay),
    logged(delay),
    ...more,
  );
}

/** `failed` once the first connect has used up `maxAttempts`, or while the fault shown can't go away by itself. */
function statusAfter(outage: Outage, { tunables }: Machine, nowMs: number): Outage["status"] {
  if (outage.status === "failed") return outage.status;
  const { maxAttempts } = tunables.reconnect;
  const isExhausted = outage.lostAtMs === null && maxAttempts > 0 && outage.attempt > maxAttempts;
  const shown = shownFault(outage);
  // A fault refined long ago may belong to an earlier failure that looked the same.
  const isOld = nowMs - (shown?.refinedAtMs ?? nowMs) > REFINED_FAULT_VALID_MS;
  const isFutile = shown?.fault.retryable === false && !isOld;
  return isExhausted || isFutile ? TRANSITIONS[outage.status]["only slow attempts left"] : outage.status;
}
