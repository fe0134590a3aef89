import { delayMs } from "../backoff.ts";
import type { Fault } from "../faults/fault.ts";
import { TRANSITIONS } from "../state.ts";
import type { HandoverReason } from "../timeline.ts";
import { onSilence, quickPing } from "./alive.ts";
import {
  clearTimer,
  type Dialling,
  type Effect,
  type Event,
  enter,
  type Handover,
  type Lifetime,
  type LinkEvent,
  type LivePhase,
  log,
  type Machine,
  type Moving,
  type Step,
  type StepInput,
  setTimer,
  unchanged,
} from "./model.ts";

/** Credentials are renewed at a random share of their lifetime, so that clients that got theirs together spread out. */
const RENEW_FROM_SHARE = 0.7;
const RENEW_TO_SHARE = 0.8;

/** Renewal starts this long before the expiry at the latest, milliseconds: a handover takes seconds. */
const RENEWAL_LEAD_MS = 5000;

/** Renewal starts no earlier than this share of the lifetime, however short that is. */
const EARLIEST_RENEWAL_SHARE = 0.25;

/** Minimum delay before a renewal or the retry of a handover, milliseconds: spares the credentials source. */
const MIN_RENEWAL_MS = 1000;

/** Sets the timer for the renewal of credentials; clears it for credentials that never expire. */
export function renewalTimer(lifetime: Lifetime | null, { nowMs, random }: StepInput): Effect {
  if (lifetime === null) return clearTimer("handover");
  const { fromMs, untilMs, notBeforeMs = 0 } = lifetime;
  const lifeMs = untilMs - fromMs;
  const share = RENEW_FROM_SHARE + random * (RENEW_TO_SHARE - RENEW_FROM_SHARE);
  const dueAtMs = Math.max(
    notBeforeMs,
    fromMs + lifeMs * EARLIEST_RENEWAL_SHARE,
    Math.min(fromMs + lifeMs * share, untilMs - RENEWAL_LEAD_MS),
  );
  return setTimer("handover", Math.max(MIN_RENEWAL_MS, Math.round(dueAtMs - nowMs)));
}

/**
 * Dials a second link; the live one stays until the second has all subscriptions. A request while the old link of a
 * handover retires is kept for afterwards; before that it is dropped, since the handover in progress fulfils it.
 */
export function beginHandover(machine: Machine<LivePhase>, reason: HandoverReason, attempt = 1): Step {
  const { phase } = machine;
  const { handover } = phase;
  if (handover?.name === "retiring")
    return enter(machine, { ...phase, handover: { ...handover, next: reason } });
  if (handover !== null && handover.name !== "waiting") return unchanged(machine);
  const linkId = machine.lastLinkId + 1;
  const replacedExpiryMs = reason === "renewal" ? phase.shown.credentialsExpireAtMs : null;
  return enter(
    { ...machine, lastLinkId: linkId },
    { ...phase, handover: { name: "dialling", linkId, reason, attempt } },
    // The renewal's timer may keep running: it is ignored during this handover, whose end or failure restarts it.
    ...(handover === null ? [] : [clearTimer("handover")]),
    { type: "dial", linkId, attempt, replacedExpiryMs },
  );
}

/** The handover timer fired: retries a failed handover, or renews the credentials. */
export function onHandoverTimer(machine: Machine<LivePhase>): Step {
  const { handover } = machine.phase;
  return handover?.name === "waiting"
    ? beginHandover(machine, handover.reason, handover.attempt)
    : beginHandover(machine, "renewal");
}

/** Handles an event of a link other than the live one; ignored unless the link belongs to the handover in progress. */
export function onOtherLink(machine: Machine<LivePhase>, event: LinkEvent, input: StepInput): Step {
  const { phase } = machine;
  const { handover } = phase;
  if (handover === null || handover.name === "waiting" || handover.linkId !== event.linkId)
    return unchanged(machine);
  switch (handover.name) {
    case "dialling":
      if (event.type === "opened") return onOpened(machine, handover, event);
      return event.type === "dial-failed"
        ? onFailed(machine, handover, event.fault, event.minDelayMs, input)
        : unchanged(machine);
    case "moving":
      return onMoving(machine, handover, event, input);
    case "retiring":
      if (event.type !== "retired") return unchanged(machine);
      return finish(enter(machine, { ...phase, handover: null }), handover.next);
  }
}

/** The second link is open: it gets all subscriptions. */
function onOpened(
  machine: Machine<LivePhase>,
  handover: Dialling,
  { linkId, server, lifetime }: Extract<Event, { type: "opened" }>,
): Step {
  const { phase } = machine;
  return enter(
    machine,
    { ...phase, handover: { ...handover, name: "moving", server, lifetime, next: null } },
    { type: "overlap", linkId },
    // If the live link is dead already, the ping finds out, so that the second link takes over early.
    quickPing(phase.linkId),
  );
}

function onMoving(machine: Machine<LivePhase>, handover: Moving, event: LinkEvent, input: StepInput): Step {
  switch (event.type) {
    case "overlapped":
      return promote(machine, handover, input);
    case "lame-duck":
      return enter(machine, { ...machine.phase, handover: { ...handover, next: "lame-duck" } });
    case "silent":
      // Without this the handover would wait for a dead link for ever.
      return { machine, effects: [onSilence(event)] };
    case "lost":
      return onFailed(machine, handover, event.fault, 0, input);
    default:
      return unchanged(machine);
  }
}

/** The live link was lost while the second one was being subscribed: the second link becomes live as it is. */
export function takeOver(
  machine: Machine<LivePhase>,
  handover: Moving,
  cause: Fault,
  input: StepInput,
): Step {
  return finish(promote(machine, handover, input, cause), handover.next);
}

/** Makes the second link the live one. The old link retires, unless it was lost, because of `cause`. */
function promote(
  machine: Machine<LivePhase>,
  { linkId, server, lifetime, reason, next }: Moving,
  input: StepInput,
  cause?: Fault,
): Step {
  const { shown, linkId: retiringId } = machine.phase;
  const handover = cause === undefined ? ({ name: "retiring", linkId: retiringId, next } as const) : null;
  const status = TRANSITIONS[shown.status]["moved to another link"];
  return enter(
    machine,
    {
      ...machine.phase,
      shown: { ...shown, status, server, credentialsExpireAtMs: lifetime?.untilMs ?? null },
      linkId,
      isUnverified: false,
      handover,
    },
    { type: "promote", retiringId, cause },
    setTimer("ping", machine.tunables.pingIntervalMs),
    renewalTimer(lifetime, input),
    log({ type: "handover", reason, server: server.url }),
  );
}

/** Ends a handover, and begins the one that was requested meanwhile. */
function finish({ machine, effects }: Step, next: HandoverReason | null): Step {
  if (next === null) return { machine, effects };
  const begun = beginHandover(machine as Machine<LivePhase>, next);
  return { machine: begun.machine, effects: [...effects, ...begun.effects] };
}

/** The second link failed: the live one is unaffected, and the handover is retried later. */
function onFailed(
  machine: Machine<LivePhase>,
  failed: Dialling | Moving,
  seen: Fault,
  minDelayMs: number,
  { random }: StepInput,
): Step {
  const { phase, tunables } = machine;
  const { linkId, reason } = failed;
  const attempt = failed.attempt + 1;
  const retryInMs = Math.max(MIN_RENEWAL_MS, delayMs(attempt, 0, tunables.reconnect, random), minDelayMs);
  return enter(
    machine,
    { ...phase, handover: { name: "waiting", reason, attempt } },
    { type: "abandon", linkId, how: "at-once" },
    setTimer("handover", retryInMs),
    log({ type: "handover-failed", reason, fault: seen, retryInMs }),
  );
}

/** Ends a handover because the live link ends; `properly` during a stop, which waits for the close. */
export function endHandover(handover: Handover | null, how: "properly" | "at-once"): Effect[] {
  const effects: Effect[] = [clearTimer("handover")];
  if (handover?.name === "dialling" || handover?.name === "moving") {
    effects.push({ type: "abandon", linkId: handover.linkId, how });
  }
  return effects;
}
