import type { Fault } from "./faults/fault.ts";

/** The status of the connection. */
export type Status = "idle" | "connecting" | "live" | "reconnecting" | "stopping" | "stopped" | "failed";

/** The colour in which a page shows a state. */
export type Colour = "grey" | "amber" | "green" | "red";

/** What a status means for the rest of the client and for a page. */
export interface StatusRule {
  /** Whether the client dials and keeps a link. */
  readonly mayDial: boolean;
  /** Whether the status lasts until the user acts. */
  readonly terminal: boolean;
  /** The colour unless an attempt has failed. */
  readonly colour: Colour;
}

export const STATUS_RULES: { readonly [S in Status]: StatusRule } = {
  idle: { mayDial: false, terminal: true, colour: "grey" },
  connecting: { mayDial: true, terminal: false, colour: "amber" },
  live: { mayDial: true, terminal: false, colour: "green" },
  reconnecting: { mayDial: true, terminal: false, colour: "amber" },
  failed: { mayDial: true, terminal: false, colour: "red" },
  stopping: { mayDial: false, terminal: false, colour: "amber" },
  stopped: { mayDial: false, terminal: true, colour: "grey" },
};

/** Why the status changes. */
export type Reason =
  | "started"
  | "first PONG"
  | "link lost"
  | "only slow attempts left"
  | "moved to another link"
  | "stopped"
  | "closed";

/** Every transition between statuses. The state machine takes each of its moves from this table. */
export const TRANSITIONS = {
  idle: { started: "connecting" },
  connecting: {
    "first PONG": "live",
    "only slow attempts left": "failed",
    stopped: "stopping",
  },
  live: {
    "moved to another link": "live",
    "link lost": "reconnecting",
    "only slow attempts left": "failed",
    stopped: "stopping",
  },
  reconnecting: {
    "first PONG": "live",
    "only slow attempts left": "failed",
    stopped: "stopping",
  },
  failed: {
    "first PONG": "live",
    started: "connecting",
    stopped: "stopping",
  },
  stopping: { closed: "stopped", started: "connecting" },
  stopped: { started: "connecting" },
} as const satisfies { readonly [S in Status]: { readonly [R in Reason]?: Status } };

/**
 * The outcome of a stop; of several links the worst one.
 * - `drained`: every message was delivered first.
 * - `cut`: the link was cut at the deadline.
 * - `closing`: as `cut`, but the platform's own WebSocket can't be cut, and is still closing.
 * - `nothing-open`: there was no link.
 */
export type StopOutcome = "drained" | "cut" | "closing" | "nothing-open";

/** The part of the server's INFO that a page shows. */
export interface ServerInfo {
  /** The address that was dialled, without userinfo. */
  readonly url: string;
  readonly serverName: string;
  readonly version: string;
  /** The connection's id in the server's `/connz`. */
  readonly clientId: number | null;
  readonly maxPayloadBytes: number;
  readonly jetStream: boolean;
}

/** The progress of the attempts to connect. */
interface Retrying {
  /** When these attempts began, epoch milliseconds: `failed` keeps the time of the status before it. */
  readonly sinceMs: number;
  /** The number of the current or next attempt, from 1 on. */
  readonly attempt: number;
  /** Failed attempts since the user's last action or the last stable link. */
  readonly failedAttempts: number;
  /** When the next attempt is due, epoch milliseconds; null during an attempt and while offline. */
  readonly nextAttemptAtMs: number | null;
  /** Whether attempts are suspended because the device is offline. */
  readonly waitingForNetwork: boolean;
}

/** The state of a connection. Unless noted otherwise, `sinceMs` is when the status began, epoch milliseconds. */
export type ConnectionState =
  | { readonly status: "idle"; readonly sinceMs: number }
  | ({ readonly status: "connecting"; readonly fault: Fault | null } & Retrying)
  | {
      readonly status: "live";
      readonly sinceMs: number;
      readonly server: ServerInfo;
      /** When the credentials expire, epoch milliseconds; null if they never do. They are renewed before. */
      readonly credentialsExpireAtMs: number | null;
    }
  | ({ readonly status: "reconnecting"; readonly fault: Fault } & Retrying)
  /** The quick attempts are used up, or waiting alone can't help. Slow attempts follow, and one on a wake. */
  | ({ readonly status: "failed"; readonly fault: Fault } & Retrying)
  | { readonly status: "stopping"; readonly sinceMs: number }
  | { readonly status: "stopped"; readonly sinceMs: number; readonly outcome: StopOutcome };

/** The colour of a state: red from the first failed attempt on, otherwise that of its status. */
export function colourOf(state: ConnectionState): Colour {
  if ("failedAttempts" in state && state.failedAttempts > 0) return "red";
  return STATUS_RULES[state.status].colour;
}

/** The fault of a state; null if it has none. */
export function faultOf(state: ConnectionState): Fault | null {
  return "fault" in state ? state.fault : null;
}
