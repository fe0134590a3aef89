import { delayMs } from "./backoff.ts";
import { type Fault, type FaultKind, fault } from "./faults.ts";
import {
  beginHandover,
  endHandover,
  handoverDue,
  handoverFailed,
  handoverMoved,
  handoverOpened,
  handoverRetired,
  renewalTimer,
} from "./handover.ts";
import type { Effect, Event, Machine, Outage, Phase, Step, Surroundings, TimerName } from "./model.ts";
import type { Tunables } from "./options.ts";
import { go, log, same } from "./steps.ts";
import type { StopOutcome } from "./timeline.ts";

/** How long a wake-up check waits for a sign of life, milliseconds. */
export const WAKE_TIMEOUT_MS = 2500;

/** A timer that rings this much too late, milliseconds, was asleep with the page. */
const OVERSLEPT_MS = 1000;

/** Kinds that looking from elsewhere can tell more about. */
const UNCLEAR: ReadonlySet<FaultKind> = new Set<FaultKind>(["unreachable", "timeout", "unknown", "stale"]);

/** A machine that was never asked for anything. */
export function idleMachine(tunables: Tunables, nowMs: number): Machine {
  return { phase: { name: "idle", sinceMs: nowMs }, network: "online", tunables, lastLinkId: 0 };
}

/** What happens next: a pure function of the machine, the event and the surroundings. */
export function step(machine: Machine, event: Event, around: Surroundings): Step {
  const { phase } = machine;
  switch (event.type) {
    case "start":
      return start(machine, around);
    case "stop":
      return stop(machine, around);
    case "reconnect":
      return reconnect(machine, around);
    case "configure":
      return configure({ ...machine, tunables: event.tunables }, around);
    case "network":
      return network(machine, event.online, around);
    case "wake":
      return wake(machine, around);
    case "opened":
      return opened(machine, event, around);
    case "dial-failed":
      return dialFailed(machine, event.linkId, event.fault, around);
    case "lame-duck":
      if (phase.name !== "live" || phase.linkId !== event.linkId) return same(machine);
      return beginHandover(machine, phase, "lame-duck");
    case "overlapped":
      return phase.name === "live" ? handoverMoved(machine, phase, event.linkId, around) : same(machine);
    case "retired":
      return phase.name === "live" ? handoverRetired(machine, phase, event.linkId) : same(machine);
    case "lost":
      return lost(machine, event.linkId, event.fault, around);
    case "closed":
      return closed(machine, event.linkId, event.outcome, around);
    case "refined":
      return refined(machine, event.seen, event.fault, around);
    case "alive":
      return alive(machine, event.linkId);
    case "silent":
      return silent(machine, event);
    case "timer":
      return timer(machine, event.timer, around);
  }
}

function freshOutage(nowMs: number): Outage {
  return {
    origin: { type: "first" },
    sinceMs: nowMs,
    attempt: 1,
    failedAttempts: 0,
    fault: null,
    seenKind: null,
  };
}

/** Dials, or waits for the network if there is none. */
function dial(machine: Machine, outage: Outage, nowMs: number, ...before: Effect[]): Step {
  if (machine.network === "offline") {
    return go(machine, { name: "offline", outage }, ...before);
  }
  const linkId = machine.lastLinkId + 1;
  return go(
    { ...machine, lastLinkId: linkId },
    { name: "dialling", linkId, outage, startedAtMs: nowMs },
    ...before,
    { type: "dial", linkId, attempt: outage.attempt },
  );
}

function start(machine: Machine, { nowMs }: Surroundings): Step {
  const { phase } = machine;
  switch (phase.name) {
    case "idle":
    case "stopped":
    case "failed":
      return dial(machine, freshOutage(nowMs), nowMs);
    case "closing":
      return go(machine, { ...phase, next: "dialling" });
    default:
      return same(machine);
  }
}

function stop(machine: Machine, { nowMs }: Surroundings): Step {
  const { phase } = machine;
  switch (phase.name) {
    case "idle":
    case "stopped":
      return same(machine);
    case "failed":
    case "offline":
      return go(machine, { name: "stopped", sinceMs: nowMs });
    case "waiting":
      return go(machine, { name: "stopped", sinceMs: nowMs }, { type: "clear-timer", timer: "retry" });
    case "dialling":
      return go(machine, closing(phase.linkId, nowMs), { type: "abort-dial", linkId: phase.linkId });
    case "closing":
      return go(machine, { ...phase, next: "stopped" });
    case "live":
      return go(machine, closing(phase.linkId, nowMs), ...endLive(phase, "properly"), {
        type: "close-link",
        linkId: phase.linkId,
        drainTimeoutMs: machine.tunables.drainTimeoutMs,
      });
  }
}

function closing(linkId: number, nowMs: number): Phase {
  return { name: "closing", linkId, sinceMs: nowMs, next: "stopped" };
}

function reconnect(machine: Machine, around: Surroundings): Step {
  const { phase } = machine;
  switch (phase.name) {
    case "waiting":
      return dial(machine, { ...phase.outage, attempt: 1, failedAttempts: 0 }, around.nowMs, {
        type: "clear-timer",
        timer: "retry",
      });
    case "offline":
      // The user knows better than the browser whether there is a network.
      return dial({ ...machine, network: "online" }, { ...phase.outage, attempt: 1 }, around.nowMs);
    case "dialling":
      return go(machine, { ...phase, outage: { ...phase.outage, attempt: 1, failedAttempts: 0 } });
    case "live":
      return beginHandover(machine, phase, "asked");
    default:
      return start(machine, around);
  }
}

/** New limits act at once: a countdown that is longer than they allow is cut short. */
function configure(machine: Machine, { nowMs }: Surroundings): Step {
  const { phase, tunables } = machine;
  if (phase.name === "live") {
    return { machine, effects: [{ type: "set-timer", timer: "ping", delayMs: tunables.pingIntervalMs }] };
  }
  if (phase.name !== "waiting") return same(machine);
  const longestMs = delayMs(phase.outage.attempt, tunables.reconnect, 1);
  if (phase.dueAtMs - nowMs <= longestMs) return same(machine);
  const dueAtMs = nowMs + longestMs;
  return go(machine, { ...phase, dueAtMs }, { type: "set-timer", timer: "retry", delayMs: longestMs });
}

function network(machine: Machine, online: boolean, around: Surroundings): Step {
  const next: Machine = { ...machine, network: online ? "online" : "offline" };
  if (next.network === machine.network) return same(machine);
  const logged = log({ type: "network", online });
  const { phase } = machine;
  if (online && phase.name === "offline") return dial(next, phase.outage, around.nowMs, logged);
  if (!online && phase.name === "waiting") {
    return go(
      next,
      { name: "offline", outage: phase.outage },
      { type: "clear-timer", timer: "retry" },
      logged,
    );
  }
  // A browser's word that it is offline doesn't end a live link: the ping tells.
  const { effects } = online || phase.name === "live" ? wake(next, around) : same(next);
  return { machine: next, effects: [logged, ...effects] };
}

/** After sleep or a change of network: is the link still there? One quick ping tells. */
function wake(machine: Machine, around: Surroundings): Step {
  const { phase } = machine;
  if (phase.name === "live") {
    return {
      machine,
      effects: [
        { type: "clear-timer", timer: "ping" },
        { type: "ping", linkId: phase.linkId, timeoutMs: WAKE_TIMEOUT_MS },
      ],
    };
  }
  if (phase.name !== "waiting") return same(machine);
  return dial(machine, phase.outage, around.nowMs, { type: "clear-timer", timer: "retry" });
}

function opened(machine: Machine, event: Extract<Event, { type: "opened" }>, { nowMs }: Surroundings): Step {
  const { phase, tunables } = machine;
  const { linkId, server, expiresAtMs } = event;
  if (phase.name === "live") return handoverOpened(machine, phase, event);
  if (phase.name !== "dialling" || phase.linkId !== linkId) return same(machine);
  const { origin, attempt } = phase.outage;
  return go(
    machine,
    { name: "live", linkId, server, expiresAtMs, sinceMs: nowMs, nextAttempt: attempt + 1, handover: null },
    { type: "attach", linkId },
    { type: "set-timer", timer: "ping", delayMs: tunables.pingIntervalMs },
    { type: "set-timer", timer: "stable", delayMs: tunables.reconnect.stableAfterMs },
    renewalTimer(expiresAtMs, nowMs),
    log({
      type: "live",
      server: server.url,
      version: server.version,
      tookMs: nowMs - phase.startedAtMs,
      downMs: origin.type === "again" ? nowMs - origin.lostAtMs : null,
    }),
  );
}

function dialFailed(machine: Machine, linkId: number, seen: Fault, around: Surroundings): Step {
  const { phase, tunables } = machine;
  if (phase.name === "live") return handoverFailed(machine, phase, linkId, seen, around);
  if (phase.name !== "dialling" || phase.linkId !== linkId) return same(machine);
  const { attempt, failedAttempts, origin } = phase.outage;
  const outage: Outage = {
    ...phase.outage,
    ...told(phase.outage, seen),
    attempt: attempt + 1,
    failedAttempts: failedAttempts + 1,
  };
  const { maxAttempts } = tunables.reconnect;
  const spent = origin.type === "first" && maxAttempts > 0 && attempt >= maxAttempts;
  const failure = (retryInMs: number | null) => log({ type: "dial-failed", attempt, fault: seen, retryInMs });
  if (!seen.retryable || spent)
    return fail(machine, outage, around.nowMs, failure(null), ...investigate(seen));
  return waitForRetry(machine, outage, around, failure, investigate(seen));
}

/** What the reader is told when `seen` is seen: what was found out about the same thing before still holds. */
function told(outage: Outage, seen: Fault): Pick<Outage, "fault" | "seenKind"> {
  if (outage.fault !== null && outage.seenKind === seen.kind) return outage;
  return { fault: seen, seenKind: seen.kind };
}

function investigate(seen: Fault): Effect[] {
  return UNCLEAR.has(seen.kind) ? [{ type: "investigate", fault: seen }] : [];
}

function fail(machine: Machine, outage: Outage, nowMs: number, ...effects: Effect[]): Step {
  const reason = outage.fault ?? fault("unknown");
  return go(machine, { name: "failed", outage, fault: reason, sinceMs: nowMs }, ...effects);
}

function waitForRetry(
  machine: Machine,
  outage: Outage,
  { nowMs, random }: Surroundings,
  logged: (retryInMs: number | null) => Effect,
  more: readonly Effect[],
): Step {
  if (machine.network === "offline") return go(machine, { name: "offline", outage }, logged(null), ...more);
  const delay = delayMs(outage.attempt, machine.tunables.reconnect, random);
  return go(
    machine,
    { name: "waiting", outage, dueAtMs: nowMs + delay },
    { type: "set-timer", timer: "retry", delayMs: delay },
    logged(delay),
    ...more,
  );
}

function lost(machine: Machine, linkId: number, seen: Fault, around: Surroundings): Step {
  const { phase } = machine;
  if (phase.name !== "live") return same(machine);
  if (phase.linkId !== linkId) return handoverFailed(machine, phase, linkId, seen, around);
  const outage: Outage = {
    origin: { type: "again", lostAtMs: around.nowMs },
    sinceMs: around.nowMs,
    attempt: phase.nextAttempt,
    failedAttempts: 0,
    fault: seen,
    seenKind: seen.kind,
  };
  const before: Effect[] = [...endLive(phase, "at-once"), { type: "detach", cause: seen }];
  const loss = (retryInMs: number | null) => log({ type: "link-lost", fault: seen, retryInMs });
  const next = seen.retryable
    ? waitForRetry(machine, outage, around, loss, investigate(seen))
    : fail(machine, outage, around.nowMs, loss(null));
  return { machine: next.machine, effects: [...before, ...next.effects] };
}

/** What a live phase leaves behind, whatever ends it. */
function endLive(phase: Extract<Phase, { name: "live" }>, how: "properly" | "at-once"): Effect[] {
  return [
    { type: "clear-timer", timer: "ping" },
    { type: "clear-timer", timer: "stable" },
    ...endHandover(phase.handover, how),
  ];
}

function closed(machine: Machine, linkId: number, outcome: StopOutcome, { nowMs }: Surroundings): Step {
  const { phase } = machine;
  if (phase.name !== "closing" || phase.linkId !== linkId) return same(machine);
  const after: Effect[] = [{ type: "detach", cause: null }, log({ type: "closed", outcome })];
  if (phase.next === "dialling") return dial(machine, freshOutage(nowMs), nowMs, ...after);
  return go(machine, { name: "stopped", sinceMs: nowMs }, ...after);
}

/** Somebody else looked, and knows more about the fault `seen`. */
function refined(machine: Machine, seen: Fault, better: Fault, { nowMs }: Surroundings): Step {
  const { phase } = machine;
  if (!("outage" in phase) || phase.outage.seenKind !== seen.kind) return same(machine);
  const outage: Outage = { ...phase.outage, fault: better };
  const known = phase.outage.fault;
  const news = known?.kind !== better.kind || known.explanation !== better.explanation;
  const logged = news ? [log({ type: "fault-refined", fault: better })] : [];
  if (phase.name === "failed") return go(machine, { ...phase, outage, fault: better }, ...logged);
  if (phase.name === "waiting" && !better.retryable) {
    return fail(machine, outage, nowMs, { type: "clear-timer", timer: "retry" }, ...logged);
  }
  return go(machine, { ...phase, outage }, ...logged);
}

function alive(machine: Machine, linkId: number): Step {
  const { phase, tunables } = machine;
  if (phase.name !== "live" || phase.linkId !== linkId) return same(machine);
  return { machine, effects: [{ type: "set-timer", timer: "ping", delayMs: tunables.pingIntervalMs }] };
}

/** No sign of life in time. A timer that rang far too late slept, and proves nothing: ask once more. */
function silent(machine: Machine, { linkId, waitedMs, timeoutMs }: Extract<Event, { type: "silent" }>): Step {
  const { phase } = machine;
  if (phase.name !== "live" || phase.linkId !== linkId) return same(machine);
  const slept = waitedMs > timeoutMs + OVERSLEPT_MS;
  const next: Effect = slept
    ? { type: "ping", linkId, timeoutMs: WAKE_TIMEOUT_MS }
    : { type: "give-up", linkId, waitedMs };
  return { machine, effects: [next] };
}

function timer(machine: Machine, name: TimerName, { nowMs }: Surroundings): Step {
  const { phase, tunables } = machine;
  if (name === "retry" && phase.name === "waiting") return dial(machine, phase.outage, nowMs);
  if (phase.name !== "live") return same(machine);
  if (name === "handover") return handoverDue(machine, phase);
  if (name === "stable") return go(machine, { ...phase, nextAttempt: 1 });
  return { machine, effects: [{ type: "ping", linkId: phase.linkId, timeoutMs: tunables.pongTimeoutMs }] };
}
