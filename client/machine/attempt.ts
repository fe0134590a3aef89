import { delayMs, slowDelayMs } from "../backoff.ts";
import { type ExplanationKey, type Fault, type FaultKind, fault } from "../faults/fault.ts";
import { TRANSITIONS } from "../state.ts";
import {
  type Attempt,
  type Effect,
  go,
  type Known,
  type Machine,
  type Outage,
  type RetryingPhase,
  type Step,
  type Surroundings,
  setTimer,
} from "./model.ts";

/** Kinds that looking from elsewhere can tell more about. */
const UNCLEAR: ReadonlySet<FaultKind> = new Set<FaultKind>(["unreachable", "timeout", "unknown", "stale"]);

/** Whoever gives credentials may have the client wait for so long at most, milliseconds. */
const LONGEST_PAUSE_MS = 600_000;

/** What was found out slows the attempts that fail within this time: by then it has been looked at again, milliseconds. */
const FOUND_HOLDS_MS = 60_000;

/** How long whoever gives credentials asked to be left alone, milliseconds; what is no number, NaN too, is no wish. */
export function askedPauseMs({ evidence }: Fault): number {
  return Math.min(LONGEST_PAUSE_MS, evidence.retryAfterMs || 0);
}

/** The attempts that follow a start of the user, or the loss of a link. */
export function freshOutage(nowMs: number, status: Outage["status"]): Outage {
  return {
    status,
    sinceMs: nowMs,
    lostAtMs: null,
    attempt: 1,
    failedAttempts: 0,
    seenAs: null,
    known: new Map(),
  };
}

/**
 * The outage as it goes on when `seen` is seen. What is known of the same thing still holds, unless it explains nothing
 * better and a server says something itself; what only was seen doesn't hold once something else has been shown since:
 * another server may have said it.
 */
export function withFault(outage: Outage, seen: Fault): Outage {
  const { explanation } = seen;
  const before = outage.known.get(explanation);
  const isCurrent = before?.foundAtMs !== null || outage.seenAs === explanation;
  const holds = before !== undefined && isCurrent && !saysMore(seen, before.fault);
  return knowing(
    { ...outage, seenAs: explanation },
    explanation,
    holds ? before : { fault: seen, foundAtMs: null },
  );
}

/** Whether a server's own words come with what was seen, and the other fault has neither them nor another explanation. */
export function saysMore(seen: Fault, other: Fault): boolean {
  const words = wordsOf(seen);
  return words !== undefined && words !== wordsOf(other) && other.explanation === seen.explanation;
}

function wordsOf({ evidence }: Fault): string | undefined {
  return evidence.errText ?? evidence.closeReason ?? evidence.firstBytes;
}

/** The outage once this is known of what explains itself so. */
export function knowing(outage: Outage, explanation: ExplanationKey, known: Known): Outage {
  return { ...outage, known: new Map([...outage.known, [explanation, known]]) };
}

/** What is known of the fault that the reader is told; undefined while nothing has gone wrong. */
export function shownOf({ seenAs, known }: Outage): Known | undefined {
  return seenAs === null ? undefined : known.get(seenAs);
}

/** An outage and what it does about it, as everybody sees it. */
export function retryingPhase(outage: Outage, now: Attempt): RetryingPhase {
  const { status, sinceMs, attempt, failedAttempts } = outage;
  const isOffline = now.name === "offline";
  // Something has been seen wherever it isn't the first connect.
  const shown = {
    status,
    fault: isOffline ? fault("offline", { online: false }) : (shownOf(outage)?.fault ?? null),
    sinceMs,
    attempt,
    failedAttempts,
    nextAttemptAtMs: now.name === "waiting" ? now.dueAtMs : null,
    waitingForNetwork: isOffline,
  } as RetryingPhase["shown"];
  return { shown, outage, now };
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
    { type: "dial", linkId, attempt: outage.attempt, replacedMs: null },
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
  const after = { ...outage, status: statusAfter(outage, machine, nowMs) };
  const more: readonly Effect[] = UNCLEAR.has(seen.kind) ? [{ type: "investigate", fault: seen }] : [];
  if (machine.network === "offline")
    return go(machine, retryingPhase(after, { name: "offline" }), logged(null), ...more);
  const ownMs =
    after.status === "failed"
      ? slowDelayMs(random)
      : delayMs(outage.attempt, nowMs - outage.sinceMs, machine.tunables.reconnect, random);
  const delay = Math.max(ownMs, atLeastMs);
  const isAsked = askedPauseMs(seen) >= delay;
  return go(
    machine,
    retryingPhase(after, { name: "waiting", dueAtMs: nowMs + delay, isAsked }),
    setTimer("retry", delay),
    logged(delay),
    ...more,
  );
}

/** Only slow attempts are left once the first ones are spent, or where waiting cures nothing of what the reader is told. */
function statusAfter(outage: Outage, { tunables }: Machine, nowMs: number): Outage["status"] {
  if (outage.status === "failed") return outage.status;
  const { maxAttempts } = tunables.reconnect;
  const isSpent = outage.lostAtMs === null && maxAttempts > 0 && outage.attempt > maxAttempts;
  const shown = shownOf(outage);
  // What was found out long ago is about another failure, which only looked like this one.
  const isOld = nowMs - (shown?.foundAtMs ?? nowMs) > FOUND_HOLDS_MS;
  const isInVain = shown?.fault.retryable === false && !isOld;
  return isSpent || isInVain ? TRANSITIONS[outage.status]["only slow attempts left"] : outage.status;
}
