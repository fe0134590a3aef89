import type { ExplanationKey, Fault } from "../faults/fault.ts";
import type { Tunables } from "../options.ts";
import type { ConnectionState, ServerInfo, StopOutcome } from "../state.ts";
import type { HandoverReason, TimelineEvent } from "../timeline.ts";

/** The part of the state that has a status. */
type StateOf<S extends ConnectionState["status"]> = Extract<ConnectionState, { status: S }>;

/** What is known of one way to fail: itself as it was seen here, or what elsewhere was found out about it. */
export interface Known {
  readonly fault: Fault;
  /** When that was found out, epoch milliseconds; null where it only was seen. */
  readonly foundAtMs: number | null;
}

/** What the attempts of one outage have in common. */
export interface Outage {
  /** `connecting` until it has been live once, then `reconnecting`; `failed` once only slow attempts are left. */
  readonly status: "connecting" | "reconnecting" | "failed";
  /** When the outage (or the first connect) began, epoch milliseconds. */
  readonly sinceMs: number;
  /** When a live link was lost, epoch milliseconds; null before there was one since the user's last start. */
  readonly lostAtMs: number | null;
  /** The attempt under way or next; the first is 1. */
  readonly attempt: number;
  readonly failedAttempts: number;
  /** What explained the fault that the reader is told of when it was seen here; null while nothing has gone wrong … */
  readonly seenAs: ExplanationKey | null;
  /** … and what is known of each that was seen, in whatever turns servers fail. */
  readonly known: ReadonlyMap<ExplanationKey, Known>;
}

/** What an outage is doing about it. */
export type Attempt =
  | { readonly name: "dialling"; readonly linkId: number; readonly startedAtMs: number }
  /** `isAsked` where whoever gives credentials asked to be left alone until then. */
  | { readonly name: "waiting"; readonly dueAtMs: number; readonly isAsked: boolean }
  /** No attempt is made while the device is offline. */
  | { readonly name: "offline" }
  /** What was open before must have closed first. */
  | { readonly name: "clearing" };

/** When credentials were given and when they end, epoch milliseconds. */
export interface Lifetime {
  readonly fromMs: number;
  readonly untilMs: number;
  /** Until when their source, which gave no others since, is to be left alone. */
  readonly restsUntilMs?: number;
}

interface Intent {
  readonly reason: HandoverReason;
  readonly attempt: number;
}

interface Followed {
  /** Why another move follows as soon as this one is over; null if none does. */
  readonly next: HandoverReason | null;
}

export interface Dialling extends Intent {
  readonly name: "dialling";
  readonly linkId: number;
}

export interface Moving extends Intent, Followed {
  readonly name: "moving";
  readonly linkId: number;
  readonly server: ServerInfo;
  readonly lifetime: Lifetime | null;
}

interface Retiring extends Followed {
  readonly name: "retiring";
  readonly linkId: number;
}

/** How far the move to another link has come; `linkId` is the other link, or the old one while it retires. */
export type Handover = ({ readonly name: "waiting" } & Intent) | Dialling | Moving | Retiring;

export interface RestingPhase {
  readonly shown: StateOf<"idle" | "stopped">;
}

export interface RetryingPhase {
  readonly shown: StateOf<"connecting" | "reconnecting" | "failed">;
  readonly outage: Outage;
  readonly now: Attempt;
}

export interface LivePhase {
  readonly shown: StateOf<"live">;
  readonly linkId: number;
  /** The attempt that follows if the link is lost: 1 once it has been stable. */
  readonly nextAttempt: number;
  /** Whether it hasn't answered since the device woke, or its network changed. */
  readonly isUnproven: boolean;
  /** The move to another link, made before this one is broken; null while none is under way. */
  readonly handover: Handover | null;
}

export interface StoppingPhase {
  readonly shown: StateOf<"stopping">;
}

/** The state that everybody sees, and what goes on underneath it. */
export type Phase = RestingPhase | RetryingPhase | LivePhase | StoppingPhase;

/** Everything the next step depends on. */
export interface Machine<P extends Phase = Phase> {
  readonly phase: P;
  /** What was heard of it last; `doubted` where the user didn't believe that it is offline. */
  readonly network: "online" | "offline" | "doubted";
  readonly tunables: Tunables;
  /** The id of the last link dialled; ids are never used twice. */
  readonly lastLinkId: number;
}

/** What can happen to the connection. Those with a `linkId` are of one link. */
export type Event =
  | { readonly type: "start" }
  | { readonly type: "stop" }
  | { readonly type: "reconnect" }
  | { readonly type: "configure"; readonly tunables: Tunables }
  | { readonly type: "network"; readonly online: boolean }
  | { readonly type: "wake" }
  | {
      readonly type: "opened";
      readonly linkId: number;
      readonly server: ServerInfo;
      /** Of its credentials; null if they don't end. */
      readonly lifetime: Lifetime | null;
    }
  /** Its server announces that it is going. */
  | { readonly type: "lame-duck"; readonly linkId: number }
  /** The other link has everything that the live one has. */
  | { readonly type: "overlapped"; readonly linkId: number }
  | { readonly type: "retired"; readonly linkId: number }
  | {
      readonly type: "dial-failed";
      readonly linkId: number;
      readonly fault: Fault;
      /** The next attempt comes no sooner than this, whatever the backoff says, milliseconds. */
      readonly atLeastMs: number;
    }
  | { readonly type: "lost"; readonly linkId: number; readonly fault: Fault }
  /** Nothing is open any more. */
  | { readonly type: "closed"; readonly outcome: StopOutcome }
  /** Somebody else looked at the fault `seen` and knows more. */
  | { readonly type: "refined"; readonly seen: Fault; readonly fault: Fault }
  /** Somebody else looked at the fault `seen` and found it gone. */
  | { readonly type: "mended"; readonly seen: Fault }
  | { readonly type: "alive"; readonly linkId: number }
  /** A busy link has brought nothing for longer than its pace explains. */
  | { readonly type: "quiet"; readonly linkId: number }
  | {
      readonly type: "silent";
      readonly linkId: number;
      readonly waitedMs: number;
      readonly timeoutMs: number;
    }
  | { readonly type: "timer"; readonly timer: TimerName };

/** What a link says. */
export type LinkEvent = Extract<Event, { linkId: number }>;

export type TimerName = "retry" | "stable" | "ping" | "handover";

/** What the client is told to do. */
export type Effect =
  | {
      readonly type: "dial";
      readonly linkId: number;
      readonly attempt: number;
      /** When the credentials end that are to be replaced, epoch milliseconds; null if none are. */
      readonly replacedMs: number | null;
    }
  | { readonly type: "close-links" }
  | { readonly type: "attach"; readonly linkId: number }
  | { readonly type: "overlap"; readonly linkId: number }
  /** The other link takes over; `cause` where the one to be replaced was lost first. */
  | { readonly type: "promote"; readonly retiringId: number; readonly cause?: Fault }
  /** Ends a dial, or the link that came of it before it was the live one: properly where a stop waits for it. */
  | { readonly type: "abandon"; readonly linkId: number; readonly how: "properly" | "at-once" }
  | { readonly type: "detach"; readonly cause: Fault | null }
  | { readonly type: "ping"; readonly linkId: number; readonly timeoutMs: number }
  | { readonly type: "give-up"; readonly linkId: number; readonly waitedMs: number }
  | { readonly type: "investigate"; readonly fault: Fault }
  | { readonly type: "end-investigation" }
  | { readonly type: "set-timer"; readonly timer: TimerName; readonly delayMs: number }
  | { readonly type: "clear-timer"; readonly timer: TimerName }
  | { readonly type: "log"; readonly event: TimelineEvent };

export type EffectOf<T extends Effect["type"]> = Extract<Effect, { type: T }>;

/** What each of some effects does. */
export type Doing<T extends Effect["type"]> = { readonly [K in T]: (effect: EffectOf<K>) => void };

/** What a step may not look up by itself. */
export interface Surroundings {
  readonly nowMs: number;
  /** Uniform in [0, 1). */
  readonly random: number;
}

/** A machine and what is to be done. */
export interface Step {
  readonly machine: Machine;
  readonly effects: readonly Effect[];
}

/** Nothing changes and nothing is to be done. */
export function same(machine: Machine): Step {
  return { machine, effects: [] };
}

/** On to the next phase, with what is to be done. */
export function go(machine: Machine, phase: Phase, ...effects: Effect[]): Step {
  return { machine: { ...machine, phase }, effects };
}

/** Notes an event on the timeline. */
export function log(event: TimelineEvent): Effect {
  return { type: "log", event };
}

/** Sets a timer, anew where it is set. */
export function setTimer(timer: TimerName, delayMs: number): Effect {
  return { type: "set-timer", timer, delayMs };
}

/** A timer rings no more, if it is set. */
export function clearTimer(timer: TimerName): Effect {
  return { type: "clear-timer", timer };
}
