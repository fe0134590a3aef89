import type { Fault } from "../faults/fault.ts";
import { TRANSITIONS } from "../state.ts";
import { quickPing, unanswered } from "./alive.ts";
import { freshOutage, retryLater, withFault } from "./attempt.ts";
import { beginHandover, endHandover, handoverDue, ofOtherLink, takeOver } from "./handover.ts";
import {
  clearTimer,
  type Effect,
  type Event,
  go,
  type LivePhase,
  log,
  type Machine,
  type Step,
  type Surroundings,
  same,
  setTimer,
  type TimerName,
} from "./model.ts";

/** `live`: there is a link, and sometimes another that is to replace it. */
export function live(machine: Machine<LivePhase>, event: Event, around: Surroundings): Step {
  const { phase, tunables } = machine;
  if ("linkId" in event && event.linkId !== phase.linkId) return ofOtherLink(machine, event, around);
  const pingLater = setTimer("ping", tunables.pingIntervalMs);
  switch (event.type) {
    case "stop":
      return stop(machine, around);
    case "reconnect":
      return beginHandover(machine, "asked");
    case "lame-duck":
      return beginHandover(machine, "lame-duck");
    case "configure":
      return { machine, effects: [pingLater] };
    // A browser's word that it is offline doesn't end a live link, nor that it is online prove it: the ping tells.
    case "network":
    case "wake":
      return go(machine, { ...phase, isUnproven: true }, ...quickCheck(phase.linkId));
    case "quiet":
      return { machine, effects: quickCheck(phase.linkId) };
    case "alive":
      return go(machine, { ...phase, isUnproven: false }, pingLater);
    case "silent":
      return { machine, effects: [unanswered(event)] };
    case "lost":
      return lost(machine, event.fault, around);
    case "timer":
      return timer(machine, event.timer);
    default:
      return same(machine);
  }
}

function quickCheck(linkId: number): Effect[] {
  return [clearTimer("ping"), quickPing(linkId)];
}

function stop(machine: Machine<LivePhase>, { nowMs }: Surroundings): Step {
  const shown = { status: TRANSITIONS[machine.phase.shown.status].stopped, sinceMs: nowMs };
  return go(machine, { shown }, ...endLive(machine.phase, "properly"), { type: "close-links" });
}

function lost(machine: Machine<LivePhase>, seen: Fault, around: Surroundings): Step {
  const { phase } = machine;
  // The link that was to replace it is there already: nothing is down.
  if (phase.handover?.name === "moving") return takeOver(machine, phase.handover, seen, around);
  const began = freshOutage(around.nowMs, TRANSITIONS[phase.shown.status]["link lost"]);
  const outage = withFault({ ...began, lostAtMs: around.nowMs, attempt: phase.nextAttempt }, seen);
  const before: Effect[] = [...endLive(phase, "at-once"), { type: "detach", cause: seen }];
  // It was lost while the device slept: there is no crowd to keep out of the way of, and somebody is looking now.
  const soonest = phase.isUnproven ? { ...around, random: 0 } : around;
  const next = retryLater(machine, outage, seen, soonest, (retryInMs) =>
    log({ type: "link-lost", fault: seen, retryInMs }),
  );
  return { machine: next.machine, effects: [...before, ...next.effects] };
}

/** What a live phase leaves behind, whatever ends it. */
function endLive(phase: LivePhase, how: "properly" | "at-once"): Effect[] {
  return [clearTimer("ping"), clearTimer("stable"), ...endHandover(phase.handover, how)];
}

function timer(machine: Machine<LivePhase>, name: TimerName): Step {
  const { phase, tunables } = machine;
  if (name === "handover") return handoverDue(machine);
  if (name === "stable") return go(machine, { ...phase, nextAttempt: 1 });
  if (name === "retry") return same(machine);
  return { machine, effects: [{ type: "ping", linkId: phase.linkId, timeoutMs: tunables.pongTimeoutMs }] };
}
