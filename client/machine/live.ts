import type { Fault } from "../faults/fault.ts";
import { TRANSITIONS } from "../state.ts";
import { onSilence, quickPing } from "./alive.ts";
import { freshOutage, retryLater, withFault } from "./attempt.ts";
import { beginHandover, endHandover, onHandoverTimer, onOtherLink, takeOver } from "./handover.ts";
import {
  clearTimer,
  type Effect,
  type Event,
  enter,
  type LivePhase,
  log,
  type Machine,
  type Step,
  type StepInput,
  setTimer,
  type TimerName,
  unchanged,
} from "./model.ts";

/** Handles events while `live`: there is a link, and during a handover a second one that will replace it. */
export function live(machine: Machine<LivePhase>, event: Event, input: StepInput): Step {
  const { phase, tunables } = machine;
  if ("linkId" in event && event.linkId !== phase.linkId) return onOtherLink(machine, event, input);
  const pingLater = setTimer("ping", tunables.pingIntervalMs);
  switch (event.type) {
    case "stop":
      return onStop(machine, input);
    case "reconnect":
      return beginHandover(machine, "asked");
    case "lame-duck":
      return beginHandover(machine, "lame-duck");
    case "configure":
      return { machine, effects: [pingLater] };
    // `navigator.onLine` neither ends nor proves a live link: only a ping can tell.
    case "network":
    case "wake":
      return enter(machine, { ...phase, isUnverified: true }, ...quickCheck(phase.linkId));
    case "quiet":
      return { machine, effects: quickCheck(phase.linkId) };
    case "alive":
      return enter(machine, { ...phase, isUnverified: false }, pingLater);
    case "silent":
      return { machine, effects: [onSilence(event)] };
    case "lost":
      return onLost(machine, event.fault, input);
    case "timer":
      return onTimer(machine, event.timer);
    default:
      return unchanged(machine);
  }
}

function quickCheck(linkId: number): Effect[] {
  return [clearTimer("ping"), quickPing(linkId)];
}

function onStop(machine: Machine<LivePhase>, { nowMs }: StepInput): Step {
  const shown = { status: TRANSITIONS[machine.phase.shown.status].stopped, sinceMs: nowMs };
  return enter(machine, { shown }, ...endLive(machine.phase, "properly"), { type: "close-links" });
}

function onLost(machine: Machine<LivePhase>, seen: Fault, input: StepInput): Step {
  const { phase } = machine;
  // The second link is open already, so there is no outage.
  if (phase.handover?.name === "moving") return takeOver(machine, phase.handover, seen, input);
  const fresh = freshOutage(input.nowMs, TRANSITIONS[phase.shown.status]["link lost"]);
  const outage = withFault({ ...fresh, lostAtMs: input.nowMs, attempt: phase.nextAttempt }, seen);
  const before: Effect[] = [...endLive(phase, "at-once"), { type: "detach", cause: seen }];
  // Lost while the device slept: the shortest delay, as the user is back, and no crowd of clients lost it together.
  const retryInput = phase.isUnverified ? { ...input, random: 0 } : input;
  const next = retryLater(machine, outage, seen, retryInput, (retryInMs) =>
    log({ type: "link-lost", fault: seen, retryInMs }),
  );
  return { machine: next.machine, effects: [...before, ...next.effects] };
}

/** Stops the timers of the live phase, and a handover in progress. */
function endLive(phase: LivePhase, how: "properly" | "at-once"): Effect[] {
  return [clearTimer("ping"), clearTimer("stable"), ...endHandover(phase.handover, how)];
}

function onTimer(machine: Machine<LivePhase>, name: TimerName): Step {
  const { phase, tunables } = machine;
  if (name === "handover") return onHandoverTimer(machine);
  if (name === "stable") return enter(machine, { ...phase, nextAttempt: 1 });
  if (name === "retry") return unchanged(machine);
  return { machine, effects: [{ type: "ping", linkId: phase.linkId, timeoutMs: tunables.pongTimeoutMs }] };
}
