import { delayMs } from "../backoff.ts";
import type { Fault } from "../faults/fault.ts";
import { TRANSITIONS } from "../state.ts";
import type { HandoverReason } from "../timeline.ts";
import { quickPing, unanswered } from "./alive.ts";
import {
  clearTimer,
  type Dialling,
  type Effect,
  type Event,
  go,
  type Handover,
  type Lifetime,
  type LinkEvent,
  type LivePhase,
  log,
  type Machine,
  type Moving,
  type Step,
  type Surroundings,
  same,
  setTimer,
} from "./model.ts";

/**
 * Credentials are renewed when a share of their life between these has passed: those that
 * were given to many clients at once aren't all asked for again at once.
 */
const RENEW_FROM = 0.7;
const RENEW_TO = 0.8;

/** A handover takes seconds: credentials are renewed at least so long before they end, milliseconds … */
const BEFORE_END_MS = 5000;

/** … but not before this share of their life has passed. */
const RENEW_NO_SOONER = 0.25;

/** However short-lived credentials are, the token source isn't asked more often than this, milliseconds. */
const SHORTEST_RENEWAL_MS = 1000;

/** Rings when credentials of this life are to be renewed. */
export function renewalTimer(lifetime: Lifetime | null, { nowMs, random }: Surroundings): Effect {
  if (lifetime === null) return clearTimer("handover");
  const { fromMs, untilMs, restsUntilMs = 0 } = lifetime;
  const lifeMs = untilMs - fromMs;
  const share = RENEW_FROM + random * (RENEW_TO - RENEW_FROM);
  const dueAtMs = Math.max(
    restsUntilMs,
    fromMs + lifeMs * RENEW_NO_SOONER,
    Math.min(fromMs + lifeMs * share, untilMs - BEFORE_END_MS),
  );
  return setTimer("handover", Math.max(SHORTEST_RENEWAL_MS, Math.round(dueAtMs - nowMs)));
}

/**
 * Begins to move to another link; the present one stays until the other has all subscriptions.
 * One move at a time: what a move under way doesn't bring follows it.
 */
export function beginHandover(machine: Machine<LivePhase>, reason: HandoverReason, attempt = 1): Step {
  const { phase } = machine;
  const { handover } = phase;
  if (handover?.name === "retiring")
    return go(machine, { ...phase, handover: { ...handover, next: reason } });
  if (handover !== null && handover.name !== "waiting") return same(machine);
  const linkId = machine.lastLinkId + 1;
  const replacedMs = reason === "renewal" ? phase.shown.credentialsExpireAtMs : null;
  return go(
    { ...machine, lastLinkId: linkId },
    { ...phase, handover: { name: "dialling", linkId, reason, attempt } },
    // Unless another attempt was waited for the timer is the renewal's, which is due though this comes to nothing.
    ...(handover === null ? [] : [clearTimer("handover")]),
    { type: "dial", linkId, attempt, replacedMs },
  );
}

/** The timer rang: the credentials are old, or a handover that failed is tried again. */
export function handoverDue(machine: Machine<LivePhase>): Step {
  const { handover } = machine.phase;
  return handover?.name === "waiting"
    ? beginHandover(machine, handover.reason, handover.attempt)
    : beginHandover(machine, "renewal");
}

/** What a link says that isn't the live one. Unless it is the other one of a handover, it concerns nobody any more. */
export function ofOtherLink(machine: Machine<LivePhase>, event: LinkEvent, around: Surroundings): Step {
  const { phase } = machine;
  const { handover } = phase;
  if (handover === null || handover.name === "waiting" || handover.linkId !== event.linkId)
    return same(machine);
  switch (handover.name) {
    case "dialling":
      if (event.type === "opened") return opened(machine, handover, event);
      return event.type === "dial-failed"
        ? failed(machine, handover, event.fault, event.atLeastMs, around)
        : same(machine);
    case "moving":
      return moving(machine, handover, event, around);
    case "retiring":
      if (event.type !== "retired") return same(machine);
      return over(go(machine, { ...phase, handover: null }), handover.next);
  }
}

/** The other link is open: now it gets the subscriptions too. */
function opened(
  machine: Machine<LivePhase>,
  handover: Dialling,
  { linkId, server, lifetime }: Extract<Event, { type: "opened" }>,
): Step {
  const { phase } = machine;
  return go(
    machine,
    { ...phase, handover: { ...handover, name: "moving", server, lifetime, next: null } },
    { type: "overlap", linkId },
    // A link that can't answer any more must not hold the other one up.
    quickPing(phase.linkId),
  );
}

function moving(machine: Machine<LivePhase>, handover: Moving, event: LinkEvent, around: Surroundings): Step {
  const { next } = handover;
  const retiringId = machine.phase.linkId;
  switch (event.type) {
    case "overlapped":
      // It has all subscriptions: it takes over, and the old one retires.
      return moved(machine, handover, { name: "retiring", linkId: retiringId, next }, around, {
        type: "promote",
        retiringId,
      });
    case "lame-duck":
      return go(machine, { ...machine.phase, handover: { ...handover, next: "lame-duck" } });
    case "silent":
      // It would be waited for without an end.
      return { machine, effects: [unanswered(event)] };
    case "lost":
      return failed(machine, handover, event.fault, 0, around);
    default:
      return same(machine);
  }
}

/** The live link was lost while the other was getting the subscriptions: it takes over with what it has. */
export function takeOver(
  machine: Machine<LivePhase>,
  handover: Moving,
  cause: Fault,
  around: Surroundings,
): Step {
  const retiringId = machine.phase.linkId;
  return over(moved(machine, handover, null, around, { type: "promote", retiringId, cause }), handover.next);
}

function moved(
  machine: Machine<LivePhase>,
  { linkId, server, lifetime, reason }: Moving,
  handover: Handover | null,
  around: Surroundings,
  effect: Effect,
): Step {
  const { shown } = machine.phase;
  const status = TRANSITIONS[shown.status]["moved to another link"];
  return go(
    machine,
    {
      ...machine.phase,
      shown: { ...shown, status, server, credentialsExpireAtMs: lifetime?.untilMs ?? null },
      linkId,
      isUnproven: false,
      handover,
    },
    effect,
    setTimer("ping", machine.tunables.pingIntervalMs),
    renewalTimer(lifetime, around),
    log({ type: "handover", reason, server: server.url }),
  );
}

/** A move is over, and another may follow. */
function over({ machine, effects }: Step, next: HandoverReason | null): Step {
  if (next === null) return { machine, effects };
  const begun = beginHandover(machine as Machine<LivePhase>, next);
  return { machine: begun.machine, effects: [...effects, ...begun.effects] };
}

/** The other link failed: the present one is as good as before, and the move is tried again later. */
function failed(
  machine: Machine<LivePhase>,
  under: Dialling | Moving,
  seen: Fault,
  atLeastMs: number,
  { random }: Surroundings,
): Step {
  const { phase, tunables } = machine;
  const { linkId, reason } = under;
  const attempt = under.attempt + 1;
  const retryInMs = Math.max(SHORTEST_RENEWAL_MS, delayMs(attempt, 0, tunables.reconnect, random), atLeastMs);
  return go(
    machine,
    { ...phase, handover: { name: "waiting", reason, attempt } },
    { type: "abandon", linkId, how: "at-once" },
    setTimer("handover", retryInMs),
    log({ type: "handover-failed", reason, fault: seen, retryInMs }),
  );
}

/** What ends a handover that is under way, because its live link ends: properly where a stop waits for it. */
export function endHandover(handover: Handover | null, how: "properly" | "at-once"): Effect[] {
  const effects: Effect[] = [clearTimer("handover")];
  if (handover?.name === "dialling" || handover?.name === "moving") {
    effects.push({ type: "abandon", linkId: handover.linkId, how });
  }
  return effects;
}
