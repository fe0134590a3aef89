import type { Fault, FaultKind } from "./faults.ts";
import type { Tunables } from "./options.ts";
import type { ServerInfo } from "./state.ts";
import type { HandoverReason, StopOutcome, TimelineEvent } from "./timeline.ts";

/** Whether a link has been live since the user's last start: decides the status' name and whether attempts end. */
export type Origin = { readonly type: "first" } | { readonly type: "again"; readonly lostAtMs: number };

/** What the attempts of one outage have in common. */
export interface Outage {
  readonly origin: Origin;
  /** When the outage (or the first connect) began, epoch milliseconds. */
  readonly sinceMs: number;
  /** The attempt under way or next; the first is 1. */
  readonly attempt: number;
  readonly failedAttempts: number;
  /** What the reader is told; null while nothing has gone wrong. */
  readonly fault: Fault | null;
  /** The kind that was seen here before elsewhere knew better: keeps `fault` steady from attempt to attempt. */
  readonly seenKind: FaultKind | null;
}

/** How far the move to another link has come; `linkId` is the other link, or the old one while it retires. */
export type Handover =
  | { readonly name: "waiting"; readonly reason: HandoverReason; readonly attempt: number }
  | {
      readonly name: "dialling";
      readonly linkId: number;
      readonly reason: HandoverReason;
      readonly attempt: number;
    }
  | {
      readonly name: "moving";
      readonly linkId: number;
      readonly reason: HandoverReason;
      readonly attempt: number;
      readonly server: ServerInfo;
      readonly expiresAtMs: number | null;
    }
  | { readonly name: "retiring"; readonly linkId: number };

/** What the connection is doing, in full. `linkId` names the link that its events must carry. */
export type Phase =
  | { readonly name: "idle"; readonly sinceMs: number }
  | {
      readonly name: "dialling";
      readonly linkId: number;
      readonly outage: Outage;
      readonly startedAtMs: number;
    }
  | { readonly name: "waiting"; readonly outage: Outage; readonly dueAtMs: number }
  | { readonly name: "offline"; readonly outage: Outage }
  | {
      readonly name: "live";
      readonly linkId: number;
      readonly server: ServerInfo;
      /** When the credentials of the link expire, epoch milliseconds; null if they don't. */
      readonly expiresAtMs: number | null;
      readonly sinceMs: number;
      /** The attempt that follows if the link is lost: 1 once it has been stable. */
      readonly nextAttempt: number;
      /** The move to another link, made before this one is broken; null while none is under way. */
      readonly handover: Handover | null;
    }
  | {
      readonly name: "closing";
      readonly linkId: number;
      readonly sinceMs: number;
      readonly next: "stopped" | "dialling";
    }
  | { readonly name: "stopped"; readonly sinceMs: number }
  | { readonly name: "failed"; readonly outage: Outage; readonly fault: Fault; readonly sinceMs: number };

/** Everything the next step depends on. */
export interface Machine {
  readonly phase: Phase;
  readonly network: "online" | "offline";
  readonly tunables: Tunables;
  /** The id of the last link dialled; ids are never used twice. */
  readonly lastLinkId: number;
}

/** What can happen to the connection. */
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
      /** When the credentials of the link expire, epoch milliseconds; null if they don't. */
      readonly expiresAtMs: number | null;
    }
  | { readonly type: "lame-duck"; readonly linkId: number }
  | { readonly type: "overlapped"; readonly linkId: number }
  | { readonly type: "retired"; readonly linkId: number }
  | { readonly type: "dial-failed"; readonly linkId: number; readonly fault: Fault }
  | { readonly type: "lost"; readonly linkId: number; readonly fault: Fault }
  | { readonly type: "closed"; readonly linkId: number; readonly outcome: StopOutcome }
  | { readonly type: "refined"; readonly seen: Fault; readonly fault: Fault }
  | { readonly type: "alive"; readonly linkId: number }
  | {
      readonly type: "silent";
      readonly linkId: number;
      readonly waitedMs: number;
      readonly timeoutMs: number;
    }
  | { readonly type: "timer"; readonly timer: TimerName };

export type TimerName = "retry" | "stable" | "ping" | "handover";

/** What the client is told to do. */
export type Effect =
  | { readonly type: "dial"; readonly linkId: number; readonly attempt: number }
  | { readonly type: "abort-dial"; readonly linkId: number }
  | { readonly type: "close-link"; readonly linkId: number; readonly drainTimeoutMs: number }
  | { readonly type: "attach"; readonly linkId: number }
  | { readonly type: "overlap"; readonly linkId: number }
  | {
      readonly type: "promote";
      readonly linkId: number;
      readonly retiringId: number;
      readonly drainTimeoutMs: number;
    }
  | { readonly type: "abandon"; readonly linkId: number; readonly how: "properly" | "at-once" }
  | { readonly type: "detach"; readonly cause: Fault | null }
  | { readonly type: "ping"; readonly linkId: number; readonly timeoutMs: number }
  | { readonly type: "give-up"; readonly linkId: number; readonly waitedMs: number }
  | { readonly type: "investigate"; readonly fault: Fault }
  | { readonly type: "set-timer"; readonly timer: TimerName; readonly delayMs: number }
  | { readonly type: "clear-timer"; readonly timer: TimerName }
  | { readonly type: "log"; readonly event: TimelineEvent };

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
