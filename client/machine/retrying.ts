import { delayMs } from "../backoff.ts";
import type { Fault } from "../faults/fault.ts";
import { TRANSITIONS } from "../state.ts";
import { attempt, retryingPhase, retryLater } from "./attempt.ts";
import { renewalTimer } from "./handover.ts";
import {
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
} from "./model.ts";
import { freshOutage } from "./resting.ts";

const NO_MORE_WAIT: Effect = { type: "clear-timer", timer: "retry" };

/** Whoever gives credentials may have the client wait for so long at most, milliseconds. */
const LONGEST_PAUSE_MS = 600_000;

/** How long whoever gives credentials asked to be left alone, milliseconds; what is no number, NaN too, is no wish. */
export function askedPauseMs({ evidence }: Fault): number {
  return Math.min(LONGEST_PAUSE_MS, evidence.retryAfterMs || 0);
}

/** `connecting`, `reconnecting` and `failed`: there is no link, and one is wanted. */
export function retrying(machine: Machine<RetryingPhase>, event: Event, around: Surroundings): Step {
  const { phase } = machine;
  const { outage, now } = phase;
  const { nowMs } = around;
  switch (event.type) {
    case "start":
      return outage.status === "failed" ? anew(machine, around) : same(machine);
    case "reconnect":
      return anew(machine, around);
    case "stop":
      return stop(machine, around);
    case "configure":
      return configured(machine, around);
    case "network":
      return event.online ? soon(machine, around) : offline(machine);
    case "wake":
      return now.name === "waiting" ? soon(machine, around) : same(machine);
    case "timer":
      if (event.timer !== "retry" || now.name !== "waiting") return same(machine);
      return attempt(machine, outage, nowMs);
    case "opened":
      return opened(machine, event, around);
    case "dial-failed":
      if (now.name !== "dialling" || now.linkId !== event.linkId) return same(machine);
      return failed(machine, event, around);
    case "closed":
      if (now.name !== "clearing" || now.linkId !== event.linkId) return same(machine);
      return attempt(machine, outage, nowMs, { type: "detach", cause: null }, log(event));
    case "refined":
      return outage.seenAs === event.seen.explanation ? refined(machine, event.fault, around) : same(machine);
    case "mended":
      if (outage.seenAs !== event.seen.explanation || now.name !== "waiting") return same(machine);
      return soon(machine, around);
    default:
      // What a link of before still has to say concerns nobody any more.
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
  const ways = TRANSITIONS[outage.status];
  if (now.name === "dialling" || now.name === "clearing") {
    const shown = { status: ways["stopped with a link or a dial"], sinceMs: nowMs };
    const phase = { shown, linkId: now.linkId };
    return now.name === "clearing"
      ? go(machine, phase)
      : go(machine, phase, { type: "abort-dial", linkId: now.linkId });
  }
  const shown = { status: ways["stopped while waiting"], sinceMs: nowMs, outcome: "nothing-open" } as const;
  return go(machine, { shown }, ...(now.name === "waiting" ? [NO_MORE_WAIT] : []));
}

/** New settings act at once: a countdown that is longer than they allow is cut short, and a slow one ends. */
function configured(machine: Machine<RetryingPhase>, around: Surroundings): Step {
  const { outage, now } = machine.phase;
  const { nowMs } = around;
  if (now.name !== "waiting") return same(machine);
  if (outage.status === "failed") return soon(machine, around);
  const ownMs = delayMs(outage.attempt, nowMs - outage.sinceMs, machine.tunables.reconnect, 1);
  const longestMs = Math.max(ownMs, outage.notBeforeMs - nowMs);
  return now.dueAtMs - nowMs <= longestMs ? same(machine) : waits(machine, longestMs, nowMs);
}

function waits(machine: Machine<RetryingPhase>, forMs: number, nowMs: number): Step {
  const phase = retryingPhase(machine.phase.outage, { name: "waiting", dueAtMs: nowMs + forMs });
  return go(machine, phase, { type: "set-timer", timer: "retry", delayMs: forMs });
}

/** Something may be right again: it is tried now, or as soon as whoever gives credentials may be asked. */
function soon(machine: Machine<RetryingPhase>, { nowMs }: Surroundings): Step {
  const { outage, now } = machine.phase;
  if (now.name !== "waiting" && now.name !== "offline") return same(machine);
  // The wall clock may have been set back since.
  const pauseMs = Math.min(LONGEST_PAUSE_MS, outage.notBeforeMs - nowMs);
  if (pauseMs > 0) return waits(machine, pauseMs, nowMs);
  return attempt(machine, outage, nowMs, ...(now.name === "waiting" ? [NO_MORE_WAIT] : []));
}

function offline(machine: Machine<RetryingPhase>): Step {
  const { outage, now } = machine.phase;
  if (now.name !== "waiting") return same(machine);
  return go(machine, retryingPhase(outage, { name: "offline" }), NO_MORE_WAIT);
}

function opened(
  machine: Machine<RetryingPhase>,
  { linkId, server, lifetime }: Extract<Event, { type: "opened" }>,
  around: Surroundings,
): Step {
  const { outage, now } = machine.phase;
  if (now.name !== "dialling" || now.linkId !== linkId) return same(machine);
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
    { shown, linkId, nextAttempt: outage.attempt + 1, isUnproven: false, handover: null },
    { type: "attach", linkId },
    { type: "set-timer", timer: "ping", delayMs: pingIntervalMs },
    { type: "set-timer", timer: "stable", delayMs: reconnect.stableAfterMs },
    renewalTimer(lifetime, around),
    log({
      type: "live",
      server: server.url,
      version: server.version,
      tookMs: nowMs - now.startedAtMs,
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
    ...outage,
    ...shownFault(outage, seen),
    attempt: outage.attempt + 1,
    failedAttempts: outage.failedAttempts + 1,
    notBeforeMs: around.nowMs + askedPauseMs(seen),
  };
  const logged = (retryInMs: number | null) =>
    log({ type: "dial-failed", attempt: outage.attempt, fault: seen, retryInMs });
  return retryLater(machine, next, seen, around, logged, atLeastMs);
}

/** What the reader is told when `seen` is seen: what was found out about the same thing before still holds. */
function shownFault({ fault: known, seenAs }: Outage, seen: Fault): Pick<Outage, "fault" | "seenAs"> {
  // Who can't get credentials, and doesn't know why, can't look at NATS either: what is wrong there is still wrong.
  const isBlind = seen.explanation === "token-source" && seen.retryable && known !== null && isOfNats(known);
  if (isBlind || seenAs === seen.explanation) return { fault: known, seenAs };
  return { fault: seen, seenAs: seen.explanation };
}

function isOfNats({ kind, explanation }: Fault): boolean {
  return kind !== "token-source" && explanation !== "not-loaded" && !kind.startsWith("auth-");
}

/** Somebody else looked, and knows more. */
function refined(machine: Machine<RetryingPhase>, better: Fault, around: Surroundings): Step {
  const { outage, now } = machine.phase;
  const known = outage.fault;
  const next: Outage = { ...outage, fault: better };
  const isNews = known?.kind !== better.kind || known.explanation !== better.explanation;
  const logged = isNews ? [log({ type: "fault-refined", fault: better })] : [];
  if (better.retryable || outage.status === "failed" || now.name !== "waiting")
    return go(machine, retryingPhase(next, now), ...logged);
  const slow = retryLater(machine, next, better, around, () => ({ type: "end-investigation" }));
  return { machine: slow.machine, effects: [...logged, ...slow.effects] };
}
