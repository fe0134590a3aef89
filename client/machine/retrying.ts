import { delayMs } from "../backoff.ts";
import type { Fault } from "../faults/fault.ts";
import { TRANSITIONS } from "../state.ts";
import {
  attempt,
  freshOutage,
  hasNewServerText,
  retryingPhase,
  retryLater,
  shownFault,
  withFault,
  withKnown,
} from "./attempt.ts";
import { renewalTimer } from "./handover.ts";
import {
  clearTimer,
  type Effect,
  type Event,
  enter,
  log,
  type Machine,
  type Outage,
  type RetryingPhase,
  type Step,
  type StepInput,
  setTimer,
  unchanged,
} from "./model.ts";

const CLEAR_RETRY = clearTimer("retry");

/** Handles events while `connecting`, `reconnecting` or `failed`: there is no link, and one is wanted. */
export function retrying(machine: Machine<RetryingPhase>, event: Event, input: StepInput): Step {
  const { phase } = machine;
  const { outage, activity } = phase;
  const { nowMs } = input;
  // Events of earlier links no longer matter.
  if ("linkId" in event && !("linkId" in activity && activity.linkId === event.linkId))
    return unchanged(machine);
  // A pause that the credentials source asked for is cut short only by the user, or by a change of network. `dueAtMs` is
  // checked because timers stand still while the device sleeps.
  const countdown =
    activity.name === "waiting" && (!activity.isRetryAfter || nowMs >= activity.dueAtMs) ? activity : null;
  const retryNow = (): Step =>
    countdown === null ? unchanged(machine) : attempt(machine, outage, nowMs, CLEAR_RETRY);
  switch (event.type) {
    case "start":
      return outage.status === "failed" ? restart(machine, input) : unchanged(machine);
    case "reconnect":
      return restart(machine, input);
    case "stop":
      return onStop(machine, input);
    case "configure":
      return countdown === null ? unchanged(machine) : onConfigure(machine, countdown.dueAtMs, input);
    case "network":
      if (!event.online) return onOffline(machine);
      if (activity.name === "offline") return attempt(machine, outage, nowMs);
      return retryNow();
    case "wake":
      return retryNow();
    case "timer":
      if (event.timer !== "retry" || activity.name !== "waiting") return unchanged(machine);
      return attempt(machine, outage, nowMs);
    case "opened":
      return activity.name === "dialling"
        ? onOpened(machine, activity.startedAtMs, event, input)
        : unchanged(machine);
    case "dial-failed":
      return activity.name === "dialling" ? onDialFailed(machine, event, input) : unchanged(machine);
    case "closed":
      if (activity.name !== "clearing") return unchanged(machine);
      return attempt(machine, outage, nowMs, { type: "detach", cause: null }, log(event));
    case "refined":
      return onRefined(machine, event, input);
    case "fault-gone":
      return outage.faults.has(event.seen.explanation) ? retryNow() : unchanged(machine);
    default:
      return unchanged(machine);
  }
}

/** The user wants to connect now: attempts count from 1 again, and a failed outage begins again. */
function restart(machine: Machine<RetryingPhase>, { nowMs }: StepInput): Step {
  const { outage, activity } = machine.phase;
  const next: Outage =
    outage.status === "failed"
      ? freshOutage(nowMs, TRANSITIONS[outage.status].started)
      : { ...outage, attempt: 1, failedAttempts: 0 };
  // The user is trusted over a browser that reports `offline`, until the browser reports a change.
  if (activity.name === "offline") return attempt({ ...machine, network: "doubted" }, next, nowMs);
  if (activity.name === "waiting") return attempt(machine, next, nowMs, CLEAR_RETRY);
  return enter(machine, retryingPhase(next, activity));
}

function onStop(machine: Machine<RetryingPhase>, { nowMs }: StepInput): Step {
  const { outage, activity } = machine.phase;
  const shown = { status: TRANSITIONS[outage.status].stopped, sinceMs: nowMs };
  if (activity.name === "clearing") return enter(machine, { shown });
  const end: Effect =
    activity.name === "dialling"
      ? { type: "abandon", linkId: activity.linkId, how: "properly" }
      : CLEAR_RETRY;
  // An earlier link may still be open for the reply to a request, even when nothing is being dialled.
  return enter(machine, { shown }, end, { type: "close-links" });
}

/** New settings apply at once: they cap a countdown under way, and end that of a failed outage. */
function onConfigure(machine: Machine<RetryingPhase>, dueAtMs: number, { nowMs }: StepInput): Step {
  const { outage } = machine.phase;
  if (outage.status === "failed") return attempt(machine, outage, nowMs, CLEAR_RETRY);
  const longestMs = delayMs(outage.attempt, nowMs - outage.sinceMs, machine.tunables.reconnect, 1);
  if (dueAtMs - nowMs <= longestMs) return unchanged(machine);
  const activity = { name: "waiting", dueAtMs: nowMs + longestMs, isRetryAfter: false } as const;
  return enter(machine, retryingPhase(outage, activity), setTimer("retry", longestMs));
}

function onOffline(machine: Machine<RetryingPhase>): Step {
  const { outage, activity } = machine.phase;
  if (activity.name !== "waiting") return unchanged(machine);
  return enter(machine, retryingPhase(outage, { name: "offline" }), CLEAR_RETRY);
}

function onOpened(
  machine: Machine<RetryingPhase>,
  startedAtMs: number,
  { linkId, server, lifetime }: Extract<Event, { type: "opened" }>,
  input: StepInput,
): Step {
  const { outage } = machine.phase;
  const { nowMs } = input;
  const { pingIntervalMs, reconnect } = machine.tunables;
  const shown = {
    status: TRANSITIONS[outage.status]["first PONG"],
    sinceMs: nowMs,
    server,
    credentialsExpireAtMs: lifetime?.untilMs ?? null,
  };
  return enter(
    machine,
    { shown, linkId, nextAttempt: outage.attempt + 1, isUnverified: false, handover: null },
    { type: "attach", linkId },
    setTimer("ping", pingIntervalMs),
    setTimer("stable", reconnect.stableAfterMs),
    renewalTimer(lifetime, input),
    log({
      type: "live",
      server: server.url,
      version: server.version,
      tookMs: nowMs - startedAtMs,
      downMs: outage.lostAtMs === null ? null : nowMs - outage.lostAtMs,
    }),
  );
}

function onDialFailed(
  machine: Machine<RetryingPhase>,
  { fault: seen, minDelayMs }: Extract<Event, { type: "dial-failed" }>,
  input: StepInput,
): Step {
  const { outage } = machine.phase;
  const next: Outage = {
    ...(keepsNatsFault(seen, outage) ? outage : withFault(outage, seen)),
    attempt: outage.attempt + 1,
    failedAttempts: outage.failedAttempts + 1,
  };
  const logged = (retryInMs: number | null) =>
    log({ type: "dial-failed", attempt: outage.attempt, fault: seen, retryInMs });
  return retryLater(machine, next, seen, input, logged, minDelayMs);
}

/** Whether a fault of NATS stays shown: a failure to get credentials, for an unknown reason, says nothing about NATS. */
function keepsNatsFault(seen: Fault, outage: Outage): boolean {
  const shown = shownFault(outage);
  const isUninformative =
    seen.explanation === "token-source" && seen.retryable && !seen.evidence.infoReceived;
  return isUninformative && shown !== undefined && concernsNats(shown.fault);
}

function concernsNats({ kind, explanation }: Fault): boolean {
  return kind !== "token-source" && explanation !== "not-loaded" && !kind.startsWith("auth-");
}

/** An investigation refined a fault, which may no longer be the one shown. */
function onRefined(
  machine: Machine<RetryingPhase>,
  { seen: { explanation }, fault: better }: Extract<Event, { type: "refined" }>,
  input: StepInput,
): Step {
  const { outage, activity } = machine.phase;
  const known = outage.faults.get(explanation);
  if (known === undefined || hasNewServerText(known.fault, better)) return unchanged(machine);
  const next = withKnown(outage, explanation, { fault: better, refinedAtMs: input.nowMs });
  const isNews = known.fault.kind !== better.kind || known.fault.explanation !== better.explanation;
  const logged = isNews ? [log({ type: "fault-refined", fault: better })] : [];
  if (outage.shownKey !== explanation) return enter(machine, { ...machine.phase, outage: next }, ...logged);
  if (better.retryable || outage.status === "failed" || activity.name !== "waiting" || activity.isRetryAfter)
    return enter(machine, retryingPhase(next, activity), ...logged);
  const slow = retryLater(machine, next, better, input, () => ({ type: "end-investigation" }));
  return { machine: slow.machine, effects: [...logged, ...slow.effects] };
}
