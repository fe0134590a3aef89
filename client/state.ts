import type { Fault } from "./faults.ts";

/** What the connection is doing, in one word. */
export type Status = "idle" | "connecting" | "live" | "reconnecting" | "stopping" | "stopped" | "failed";

/** The colour a reader sees. */
export type Colour = "grey" | "amber" | "green" | "red";

/** What a status means for everything else; the only place where that is decided. */
export interface StatusRule {
  /** May a link be dialled in this status? */
  readonly mayDial: boolean;
  /** Are the wanted subscriptions to be held on the server? */
  readonly wantsSubscriptions: boolean;
  /** Does nothing happen until the user acts? */
  readonly terminal: boolean;
  /** The colour while nothing has failed. */
  readonly colour: Colour;
}

export const STATUS_RULES: { readonly [S in Status]: StatusRule } = {
  idle: { mayDial: false, wantsSubscriptions: false, terminal: true, colour: "grey" },
  connecting: { mayDial: true, wantsSubscriptions: true, terminal: false, colour: "amber" },
  live: { mayDial: true, wantsSubscriptions: true, terminal: false, colour: "green" },
  reconnecting: { mayDial: true, wantsSubscriptions: true, terminal: false, colour: "amber" },
  stopping: { mayDial: false, wantsSubscriptions: false, terminal: false, colour: "amber" },
  stopped: { mayDial: false, wantsSubscriptions: false, terminal: true, colour: "grey" },
  failed: { mayDial: false, wantsSubscriptions: false, terminal: true, colour: "red" },
};

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

/** What the attempts share whether or not the connection has been live before. */
export interface Retrying {
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
  | ({ readonly status: "connecting"; readonly sinceMs: number; readonly fault: Fault | null } & Retrying)
  | {
      readonly status: "live";
      readonly sinceMs: number;
      readonly server: ServerInfo;
      /** When the credentials in use expire, epoch milliseconds; null if they don't. They are renewed ahead of that. */
      readonly credentialsExpireAtMs: number | null;
    }
  | ({ readonly status: "reconnecting"; readonly sinceMs: number; readonly fault: Fault } & Retrying)
  | { readonly status: "stopping"; readonly sinceMs: number }
  | { readonly status: "stopped"; readonly sinceMs: number }
  | {
      readonly status: "failed";
      readonly sinceMs: number;
      readonly fault: Fault;
      readonly failedAttempts: number;
    };

/** The colour of a state: red from the first failed attempt on, else its status's own. */
export function colourOf(state: ConnectionState): Colour {
  if ("failedAttempts" in state && state.failedAttempts > 0) return "red";
  return STATUS_RULES[state.status].colour;
}

/** The fault that a state carries, if any. */
export function faultOf(state: ConnectionState): Fault | null {
  return "fault" in state ? state.fault : null;
}
