import { delayMs } from "../backoff.ts";
import type { Fault } from "../faults/fault.ts";
import { TRANSITIONS } from "../state.ts";
import {
  attempt,
  freshOutage,
  knowing,
  retryingPhase,
  retryLater,
  saysMore,
  shownOf,
  withFault,
} from "./attempt.ts";
import { renewalTimer } from "./handover.ts";
import {
  clearTimer,
  type Effect,
  type Event,
  go,
  log,
  type Machine,
  type Outage,
  type RetryingPhase,
  type Step,
  type Surroundings,
  same,
  setTimer,
} from "./model.ts";

const NO_MORE_WAIT = clearTimer("retry");

/** `connecting`, `reconnecting` and `failed`: there is no link, and one is wanted. */
export function retrying(machine: Machine<RetryingPhase>, event: Event, around: Surroundings): Step {
  const { phase } = machine;
  const { outage, now } = phase;
  const { nowMs } = around;
  // What a link of before still has to say concerns nobody any more.
  if ("linkId" in event && !("linkId" in now && now.linkId === event.linkId)) return same(machine);
  // Whoever asked to be left alone is asked sooner only by the user, or over another network. A timer stands still in sleep.
  const countdown = now.name === "waiting" && (!now.isAsked || nowMs >= now.dueAtMs) ? now : null;
  const soon = (): Step =>
    countdown === null ? same(machine) : attempt(machine, outage, nowMs, NO_MORE_WAIT);
  switch (event.type) {
    case "start":
      return outage.status === "failed" ? anew(machine, around) : same(machine);
    case "reconnect":
      return anew(machine, around);
    case "stop":
      return stop(machine, around);
    case "configure":
      return countdown === null ? same(machine) : configured(machine, countdown.dueAtMs, around);
    case "network":
      if (!event.online) return offline(machine);
      if (now.name === "offline") return attempt(machine, outage, nowMs);
      return soon();
    case "wake":
      return soon();
    case "timer":
      if (event.timer !== "retry" || now.name !== "waiting") return same(machine);
      return attempt(machine, outage, nowMs);
    case "opened":
      return now.name === "dialling" ? opened(machine, now.startedAtMs, event, around) : same(machine);
    case "dial-failed":
      return now.name === "dialling" ? failed(machine, event, around) : same(machine);
    case "closed":
      if (now.name !== "clearing") return same(machine);
      return attempt(machine, outage, nowMs, { type: "detach", cause: null }, log(event));
    case "refined":
      return refined(machine, event, around);
    case "mended":
      return outage.known.has(event.seen.explanation) ? soon() : same(machine);
    default:
      return same(machine);
  }
}

/** The user wants it now: the attempts count from 1 again, and where nothing was left but slow ones it begins anew. */
function anew(machine: Machine<RetryingPhase>, { nowMs }: Surroundings): Step {
  const { outage, now } = machine.phase;
  const next: Outage =
    outage.status === "failed"
      ? freshOutage(nowMs, TRANSITIONS[outage.status].started)
      : { ...outage, attempt: 1, failedAttempts: 0 };
  // The user knows better than the browser whether there is a network, until the browser has news of it.
  if (now.name === "offline") return attempt({ ...machine, network: "doubted" }, next, nowMs);
  if (now.name === "waiting") return attempt(machine, next, nowMs, NO_MORE_WAIT);
  return go(machine, retryingPhase(next, now));
}

function stop(machine: Machine<RetryingPhase>, { nowMs }: Surroundings): Step {
  const { outage, now } = machine.phase;
  const shown = { status: TRANSITIONS[outage.status].stopped, sinceMs: nowMs };
  if (now.name === "clearing") return go(machine, { shown });
  const end: Effect =
    now.name === "dialling" ? { type: "abandon", linkId: now.linkId, how: "properly" } : NO_MORE_WAIT;
  // A link of before may be kept for an answer, also where nothing is dialled.
  return go(machine, { shown }, end, { type: "close-links" });
}

/** New settings act at once: a countdown that is longer than they allow is cut short, and a slow one ends. */
function configured(machine: Machine<RetryingPhase>, dueAtMs: number, { nowMs }: Surroundings): Step {
  const { outage } = machine.phase;
  if (outage.status === "failed") return attempt(machine, outage, nowMs, NO_MORE_WAIT);
  const longestMs = delayMs(outage.attempt, nowMs - outage.sinceMs, machine.tunables.reconnect, 1);
  if (dueAtMs - nowMs <= longestMs) return same(machine);
  const now = { name: "waiting", dueAtMs: nowMs + longestMs, isAsked: false } as const;
  return go(machine, retryingPhase(outage, now), setTimer("retry", longestMs));
}

function offline(machine: Machine<RetryingPhase>): Step {
  const { outage, now } = machine.phase;
  if (now.name !== "waiting") return same(machine);
  return go(machine, retryingPhase(outage, { name: "offline" }), NO_MORE_WAIT);
}

function opened(
  machine: Machine<RetryingPhase>,
  startedAtMs: number,
  { linkId, server, lifetime }: Extract<Event, { type: "opened" }>,
  around: Surroundings,
): Step {
  const { outage } = machine.phase;
  const { nowMs } = around;
  const { pingIntervalMs, reconnect } = machine.tunables;
  const shown = {
    status: TRANSITIONS[outage.status]["first PONG"],
    sinceMs: nowMs,
    server,
    credentialsExpireAtMs: lifetime?.untilMs ?? null,
  };
  return go(
    machine,
    {
      shown,
      linkId,
      nextAttempt: outage.attempt + 1,
      isUnproven: false,
      handover: null,
    },
    { type: "attach", linkId },
    setTimer("ping", pingIntervalMs),
    setTimer("stable", reconnect.stableAfterMs),
    renewalTimer(lifetime, around),
    log({
      type: "live",
      server: server.url,
      version: server.version,
      tookMs: nowMs - startedAtMs,
      downMs: outage.lostAtMs === null ? null : nowMs - outage.lostAtMs,
    }),
  );
}

function failed(
  machine: Machine<RetryingPhase>,
  { fault: seen, atLeastMs }: Extract<Event, { type: "dial-failed" }>,
  around: Surroundings,
): Step {
  const { outage } = machine.phase;
  const next: Outage = {
    ...(isBlind(seen, outage) ? outage : withFault(outage, seen)),
    attempt: outage.attempt + 1,
    failedAttempts: outage.failedAttempts + 1,
  };
  const logged = (retryInMs: number | null) =>
    log({ type: "dial-failed", attempt: outage.attempt, fault: seen, retryInMs });
  return retryLater(machine, next, seen, around, logged, atLeastMs);
}

/** Who can't get credentials, doesn't know why, and was greeted by no server hasn't looked at NATS: what is wrong there is still wrong. */
function isBlind(seen: Fault, outage: Outage): boolean {
  const known = shownOf(outage);
  const hasLooked = !seen.retryable || seen.evidence.infoReceived === true;
  return seen.explanation === "token-source" && !hasLooked && known !== undefined && isOfNats(known.fault);
}

function isOfNats({ kind, explanation }: Fault): boolean {
  return kind !== "token-source" && explanation !== "not-loaded" && !kind.startsWith("auth-");
}

/** Somebody else looked at a fault, which another may have followed since, and knows more. */
function refined(
  machine: Machine<RetryingPhase>,
  { seen: { explanation }, fault: better }: Extract<Event, { type: "refined" }>,
  around: Surroundings,
): Step {
  const { outage, now } = machine.phase;
  const known = outage.known.get(explanation);
  if (known === undefined || saysMore(known.fault, better)) return same(machine);
  const next = knowing(outage, explanation, { fault: better, foundAtMs: around.nowMs });
  const isNews = known.fault.kind !== better.kind || known.fault.explanation !== better.explanation;
  const logged = isNews ? [log({ type: "fault-refined", fault: better })] : [];
  if (outage.seenAs !== explanation) return go(machine, { ...machine.phase, outage: next }, ...logged);
  if (better.retryable || outage.status === "failed" || now.name !== "waiting" || now.isAsked)
    return go(machine, retryingPhase(next, now), ...logged);
  const slow = retryLater(machine, next, better, around, () => ({ type: "end-investigation" }));
  return { machine: slow.machine, effects: [...logged, ...slow.effects] };
}
