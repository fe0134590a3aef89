import type { Fault } from "./faults/fault.ts";

/** What the connection is doing, in one word. */
export type Status = "idle" | "connecting" | "live" | "reconnecting" | "stopping" | "stopped" | "failed";

/** The colour a reader sees. */
export type Colour = "grey" | "amber" | "green" | "red";

/** What a status means for everything else; the only place where that is decided. */
export interface StatusRule {
  /** Is live data wanted, so that a link is dialled, and holds the subscriptions? */
  readonly mayDial: boolean;
  /** Does nothing happen until the user acts? */
  readonly terminal: boolean;
  /** The colour while nothing has failed. */
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

/** What leads from one status to another. */
export type Reason =
  | "started"
  | "first PONG"
  | "link lost"
  | "only slow attempts left"
  | "moved to another link"
  | "stopped"
  | "closed";

/** The only ways from one status to another. The machine takes each of its moves from here. */
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
 * How a stop ended, the worst of several links: everything delivered first, cut at the deadline, or nothing was open.
 * `closing`: the server didn't answer by the deadline, and the platform's own WebSocket, which can't be cut, goes on
 * closing in its own time.
 */
export type StopOutcome = "drained" | "cut" | "closing" | "nothing-open";

/** What the server said of itself in INFO, as far as a reader needs it. */
export interface ServerInfo {
  /** The address that was dialled, without userinfo. */
  readonly url: string;
  readonly serverName: string;
  readonly version: string;
  /** The server's id for this connection, as its `/connz` shows it. */
  readonly clientId: number | null;
  readonly maxPayloadBytes: number;
  readonly jetStream: boolean;
}

/** What the attempts share, whatever went before. */
interface Retrying {
  /** When the status' attempts began, epoch milliseconds. */
  readonly sinceMs: number;
  /** The attempt that is under way or comes next; the first is 1. */
  readonly attempt: number;
  /** Attempts that have failed since the last action of the user or the last stable link. */
  readonly failedAttempts: number;
  /** When the next attempt is due, epoch milliseconds; null while one is under way or while offline. */
  readonly nextAttemptAtMs: number | null;
  /** True while no attempt is made because the device is offline. */
  readonly waitingForNetwork: boolean;
}

/** The whole state of a connection, as the page shows it. `sinceMs` is when the status began, epoch milliseconds. */
export type ConnectionState =
  | { readonly status: "idle"; readonly sinceMs: number }
  | ({ readonly status: "connecting"; readonly fault: Fault | null } & Retrying)
  | {
      readonly status: "live";
      readonly sinceMs: number;
      readonly server: ServerInfo;
      /** When the credentials in use expire, epoch milliseconds; null if they don't. They are renewed ahead of that. */
      readonly credentialsExpireAtMs: number | null;
    }
  | ({ readonly status: "reconnecting"; readonly fault: Fault } & Retrying)
  /** The first attempts are spent, or only somebody else can mend it: it is tried again slowly, and at once on a wake. */
  | ({ readonly status: "failed"; readonly fault: Fault } & Retrying)
  | { readonly status: "stopping"; readonly sinceMs: number }
  | { readonly status: "stopped"; readonly sinceMs: number; readonly outcome: StopOutcome };

/** The colour of a state: red from the first failed attempt on, else its status's own. */
export function colourOf(state: ConnectionState): Colour {
  if ("failedAttempts" in state && state.failedAttempts > 0) return "red";
  return STATUS_RULES[state.status].colour;
}

/** The fault that a state carries, if any. */
export function faultOf(state: ConnectionState): Fault | null {
  return "fault" in state ? state.fault : null;
}
