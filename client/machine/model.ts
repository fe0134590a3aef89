import type { ExplanationKey, Fault } from "../faults/fault.ts";
import type { Tunables } from "../options.ts";
import type { ConnectionState, ServerInfo, StopOutcome } from "../state.ts";
import type { HandoverReason, TimelineEvent } from "../timeline.ts";

/** The connection states with status `S`. */
type StateOf<S extends ConnectionState["status"]> = Extract<ConnectionState, { status: S }>;

/** The most informative fault known for one explanation: as the client saw it, or as an investigation refined it. */
export interface KnownFault {
  readonly fault: Fault;
  /** When an investigation refined the fault, epoch milliseconds; null if none did. */
  readonly refinedAtMs: number | null;
}

/** State shared by all connection attempts of one outage, or of the first connect. */
export interface Outage {
  /** `connecting` until the first link is live, then `reconnecting`; `failed` once only slow attempts are left. */
  readonly status: "connecting" | "reconnecting" | "failed";
  /** When the outage (or the first connect) began, epoch milliseconds. */
  readonly sinceMs: number;
  /** When the live link was lost, epoch milliseconds; null if there was none since the user's last start. */
  readonly lostAtMs: number | null;
  /** Number of the current or next attempt; the first is 1. */
  readonly attempt: number;
  readonly failedAttempts: number;
  /** Key in `faults` of the fault to show; null while nothing has gone wrong. */
  readonly shownKey: ExplanationKey | null;
  /** Every fault of this outage by the explanation the client saw: servers dialled in turn can fail differently. */
  readonly faults: ReadonlyMap<ExplanationKey, KnownFault>;
}

/** What the client is doing to end the outage. */
export type RetryActivity =
  | { readonly name: "dialling"; readonly linkId: number; readonly startedAtMs: number }
  /** `isRetryAfter`: the credentials source asked not to be called before `dueAtMs`. */
  | { readonly name: "waiting"; readonly dueAtMs: number; readonly isRetryAfter: boolean }
  /** The device is offline; no attempts are made. */
  | { readonly name: "offline" }
  /** Waiting for the previous links to close. */
  | { readonly name: "clearing" };

/** When credentials were issued and when they expire, epoch milliseconds. */
export interface Lifetime {
  readonly fromMs: number;
  readonly untilMs: number;
  /** Renewal must not call the source before this time: its last call failed. */
  readonly notBeforeMs?: number;
}

interface HandoverAttempt {
  readonly reason: HandoverReason;
  readonly attempt: number;
}

interface QueuedHandover {
  /** Why another handover must start as soon as this one ends; null if none must. */
  readonly next: HandoverReason | null;
}

export interface Dialling extends HandoverAttempt {
  readonly name: "dialling";
  readonly linkId: number;
}

/** The second link is open and is being given all subscriptions. */
export interface Moving extends HandoverAttempt, QueuedHandover {
  readonly name: "moving";
  readonly linkId: number;
  readonly server: ServerInfo;
  readonly lifetime: Lifetime | null;
}

/** The second link has become the live one; the old link is draining. */
interface Retiring extends QueuedHandover {
  readonly name: "retiring";
  readonly linkId: number;
}

/** Progress of a handover; `linkId` is the second link, or the old link while it retires. `waiting`: for the next try. */
export type Handover = ({ readonly name: "waiting" } & HandoverAttempt) | Dialling | Moving | Retiring;

export interface RestingPhase {
  readonly shown: StateOf<"idle" | "stopped">;
}

export interface RetryingPhase {
  readonly shown: StateOf<"connecting" | "reconnecting" | "failed">;
  readonly outage: Outage;
  readonly activity: RetryActivity;
}

export interface LivePhase {
  readonly shown: StateOf<"live">;
  readonly linkId: number;
  /** Number of the first attempt if the link is lost: 1 once the link has been stable. */
  readonly nextAttempt: number;
  /** Whether there was no sign of life since the device woke or its network changed. */
  readonly isUnverified: boolean;
  /** The handover to another link, if one is in progress or will be retried. */
  readonly handover: Handover | null;
}

export interface StoppingPhase {
  readonly shown: StateOf<"stopping">;
}

/** The public state (`shown`), and what the machine keeps with it. */
export type Phase = RestingPhase | RetryingPhase | LivePhase | StoppingPhase;

/** The complete state of the machine. */
export interface Machine<P extends Phase = Phase> {
  readonly phase: P;
  /** As the browser last reported it; `doubted` once the user reconnected although it reported `offline`. */
  readonly network: "online" | "offline" | "doubted";
  readonly tunables: Tunables;
  /** Id of the last link dialled; ids are never reused. */
  readonly lastLinkId: number;
}

/** Inputs of the machine. An event with a `linkId` comes from that link. */
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
      /** Lifetime of the link's credentials; null if they don't expire. */
      readonly lifetime: Lifetime | null;
    }
  /** The server announced lame duck mode. */
  | { readonly type: "lame-duck"; readonly linkId: number }
  /** The second link has all subscriptions of the live one. */
  | { readonly type: "overlapped"; readonly linkId: number }
  /** The old link of a handover has closed, or its time to drain is up. */
  | { readonly type: "retired"; readonly linkId: number }
  | {
      readonly type: "dial-failed";
      readonly linkId: number;
      readonly fault: Fault;
      /** Minimum delay before the next attempt, whatever the backoff says, milliseconds. */
      readonly minDelayMs: number;
    }
  | { readonly type: "lost"; readonly linkId: number; readonly fault: Fault }
  /** All links have closed after a stop. */
  | { readonly type: "closed"; readonly outcome: StopOutcome }
  /** An investigation of the fault `seen` found a more precise one. */
  | { readonly type: "refined"; readonly seen: Fault; readonly fault: Fault }
  /** An investigation found that the fault `seen` no longer exists. */
  | { readonly type: "fault-gone"; readonly seen: Fault }
  /** The link showed a sign of life: a PONG or other traffic. */
  | { readonly type: "alive"; readonly linkId: number }
  /** A busy link has been silent for unusually long. */
  | { readonly type: "quiet"; readonly linkId: number }
  /** A ping got no sign of life: after `waitedMs` where `timeoutMs` was allowed. */
  | {
      readonly type: "silent";
      readonly linkId: number;
      readonly waitedMs: number;
      readonly timeoutMs: number;
    }
  | { readonly type: "timer"; readonly timer: TimerName };

/** Events that come from one link. */
export type LinkEvent = Extract<Event, { linkId: number }>;

export type TimerName = "retry" | "stable" | "ping" | "handover";

/** What the engine must do after a step. */
export type Effect =
  | {
      readonly type: "dial";
      readonly linkId: number;
      readonly attempt: number;
      /** Expiry of the credentials to be replaced, epoch milliseconds; null if the current ones may be used again. */
      readonly replacedExpiryMs: number | null;
    }
  /** Drains and closes all links. */
  | { readonly type: "close-links" }
  /** Makes all subscriptions on a link, which is now the live one. */
  | { readonly type: "attach"; readonly linkId: number }
  /** Makes all subscriptions on the second link too, while the live one still delivers. */
  | { readonly type: "overlap"; readonly linkId: number }
  /** Makes the second link the live one and drains the old link; `cause`: the old link was lost first. */
  | { readonly type: "promote"; readonly retiringId: number; readonly cause?: Fault | undefined }
  /** Ends a dial, or the second link of a handover; `properly` during a stop, which waits for the close. */
  | { readonly type: "abandon"; readonly linkId: number; readonly how: "properly" | "at-once" }
  /** Takes all subscriptions off the closed or lost links. */
  | { readonly type: "detach"; readonly cause: Fault | null }
  | { readonly type: "ping"; readonly linkId: number; readonly timeoutMs: number }
  /** Declares a silent link dead and cuts it. */
  | { readonly type: "give-up"; readonly linkId: number; readonly waitedMs: number }
  | { readonly type: "investigate"; readonly fault: Fault }
  | { readonly type: "end-investigation" }
  | { readonly type: "set-timer"; readonly timer: TimerName; readonly delayMs: number }
  | { readonly type: "clear-timer"; readonly timer: TimerName }
  | { readonly type: "log"; readonly event: TimelineEvent };

export type EffectOf<T extends Effect["type"]> = Extract<Effect, { type: T }>;

/** One handler per effect type. */
export type EffectHandlers<T extends Effect["type"]> = { readonly [K in T]: (effect: EffectOf<K>) => void };

/** Time and randomness, passed in so that a step stays pure. */
export interface StepInput {
  readonly nowMs: number;
  /** Uniform in [0, 1). */
  readonly random: number;
}

/** Result of a step: the next machine, and the effects to run. */
export interface Step {
  readonly machine: Machine;
  readonly effects: readonly Effect[];
}

/** The event changes nothing. */
export function unchanged(machine: Machine): Step {
  return { machine, effects: [] };
}

/** Enters a phase, with the effects to run. */
export function enter(machine: Machine, phase: Phase, ...effects: Effect[]): Step {
  return { machine: { ...machine, phase }, effects };
}

/** Adds an event to the timeline. */
export function log(event: TimelineEvent): Effect {
  return { type: "log", event };
}

/** Starts a timer, or restarts it. */
export function setTimer(timer: TimerName, delayMs: number): Effect {
  return { type: "set-timer", timer, delayMs };
}

/** Stops a timer, if it is running. */
export function clearTimer(timer: TimerName): Effect {
  return { type: "clear-timer", timer };
}
