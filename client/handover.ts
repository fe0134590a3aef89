import { delayMs } from "./backoff.ts";
import type { Fault } from "./faults.ts";
import type { Effect, Event, Handover, Machine, Phase, Step, Surroundings } from "./model.ts";
import { go, log, same } from "./steps.ts";
import type { HandoverReason } from "./timeline.ts";

/** Credentials are renewed when this share of their life has passed. */
const RENEW_AT = 0.75;

/** However short-lived credentials are, the token source isn't asked more often than this, milliseconds. */
const SHORTEST_RENEWAL_MS = 1000;

type Live = Extract<Phase, { name: "live" }>;

/** Rings when credentials that expire at `expiresAtMs` are to be renewed. */
export function renewalTimer(expiresAtMs: number | null, nowMs: number): Effect {
  if (expiresAtMs === null) return { type: "clear-timer", timer: "handover" };
  const delay = Math.max(SHORTEST_RENEWAL_MS, Math.round((expiresAtMs - nowMs) * RENEW_AT));
  return { type: "set-timer", timer: "handover", delayMs: delay };
}

/** Begins to move to another link; the present one stays until the other has all subscriptions. */
export function beginHandover(machine: Machine, phase: Live, reason: HandoverReason, attempt = 1): Step {
  if (phase.handover !== null && phase.handover.name !== "waiting") return same(machine);
  const linkId = machine.lastLinkId + 1;
  return go(
    { ...machine, lastLinkId: linkId },
    { ...phase, handover: { name: "dialling", linkId, reason, attempt } },
    { type: "clear-timer", timer: "handover" },
    { type: "dial", linkId, attempt },
  );
}

/** The timer rang: the credentials are old, or a handover that failed is tried again. */
export function handoverDue(machine: Machine, phase: Live): Step {
  const { handover } = phase;
  if (handover === null) return beginHandover(machine, phase, "renewal");
  if (handover.name === "waiting") return beginHandover(machine, phase, handover.reason, handover.attempt);
  // One move at a time: this one is asked for again when the present one is over.
  return { machine, effects: [{ type: "set-timer", timer: "handover", delayMs: SHORTEST_RENEWAL_MS }] };
}

/** The other link is open: now it gets the subscriptions too. */
export function handoverOpened(
  machine: Machine,
  phase: Live,
  event: Extract<Event, { type: "opened" }>,
): Step {
  const { handover } = phase;
  const { linkId, server, expiresAtMs } = event;
  if (handover?.name !== "dialling" || handover.linkId !== linkId) return same(machine);
  return go(
    machine,
    { ...phase, handover: { ...handover, name: "moving", server, expiresAtMs } },
    { type: "overlap", linkId },
  );
}

/** The other link has all subscriptions: it takes over, and the old one drains. */
export function handoverMoved(machine: Machine, phase: Live, linkId: number, { nowMs }: Surroundings): Step {
  const { handover } = phase;
  if (handover?.name !== "moving" || handover.linkId !== linkId) return same(machine);
  const { server, reason, expiresAtMs } = handover;
  const retiringId = phase.linkId;
  const { drainTimeoutMs, pingIntervalMs } = machine.tunables;
  return go(
    machine,
    { ...phase, linkId, server, expiresAtMs, handover: { name: "retiring", linkId: retiringId } },
    { type: "promote", linkId, retiringId, drainTimeoutMs },
    { type: "set-timer", timer: "ping", delayMs: pingIntervalMs },
    renewalTimer(expiresAtMs, nowMs),
    log({ type: "handover", reason, server: server.url }),
  );
}

/** The old link is gone; the move is over. */
export function handoverRetired(machine: Machine, phase: Live, linkId: number): Step {
  if (phase.handover?.name !== "retiring" || phase.handover.linkId !== linkId) return same(machine);
  return go(machine, { ...phase, handover: null });
}

/** The other link failed: the present one is as good as before, and the move is tried again later. */
export function handoverFailed(
  machine: Machine,
  phase: Live,
  linkId: number,
  reason: Fault,
  around: Surroundings,
): Step {
  const { handover } = phase;
  if (handover === null || handover.name === "waiting" || handover.name === "retiring") return same(machine);
  if (handover.linkId !== linkId) return same(machine);
  const attempt = handover.attempt + 1;
  const retryInMs = Math.max(
    SHORTEST_RENEWAL_MS,
    delayMs(attempt, machine.tunables.reconnect, around.random),
  );
  return go(
    machine,
    { ...phase, handover: { name: "waiting", reason: handover.reason, attempt } },
    { type: "abandon", linkId, how: "at-once" },
    { type: "set-timer", timer: "handover", delayMs: retryInMs },
    log({ type: "handover-failed", reason: handover.reason, fault: reason, retryInMs }),
  );
}

/** What ends a handover that is under way, because its live link ends: properly where a stop waits for it. */
export function endHandover(handover: Handover | null, how: "properly" | "at-once"): Effect[] {
  const effects: Effect[] = [{ type: "clear-timer", timer: "handover" }];
  if (handover?.name === "dialling" || handover?.name === "moving") {
    effects.push({ type: "abandon", linkId: handover.linkId, how });
  }
  return effects;
}
