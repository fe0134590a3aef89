/** Actions on a connection before its NATS handshake. */
type EarlyAction =
  /** Neither read nor send anything more. */
  | { readonly do: "silent" }
  /** End the stream (TCP FIN) without a close frame. */
  | { readonly do: "close" }
  | { readonly do: "reset" }
  /** Send these bytes instead of the regular output, then end the stream. */
  | { readonly do: "bytes"; readonly bytes: string };

/** Actions on a WebSocket upgrade. */
export type UpgradeAction =
  | EarlyAction
  /** Answer with this HTTP status. */
  | { readonly do: "http-status"; readonly status: number };

/** Actions on a NATS connection. */
export type Action =
  | EarlyAction
  /** Send `-ERR '<text>'`, then close with `code` if given. */
  | { readonly do: "error"; readonly text: string; readonly code?: number }
  /** Send a WebSocket close frame with this code; over TCP end the stream. */
  | { readonly do: "close-code"; readonly code: number; readonly reason?: string };

/** The actions that are possible at each moment of a connection's life, in chronological order. */
export interface Actions {
  /** The TCP connection is established; nothing was read or sent. */
  readonly accept: EarlyAction;
  /** The WebSocket upgrade request was read (not over TCP). */
  readonly upgrade: UpgradeAction;
  readonly "before-info": Action;
  /** A CONNECT was read, but not yet checked. */
  readonly connect: Action;
  /** A PING was read, before its PONG. */
  readonly "before-pong": Action;
  /** An UNSUB ended the client's last subscription. */
  readonly draining: Action;
}

/** A moment of a connection's life at which a fault can happen. */
export type Moment = keyof Actions;

/** A moment of a connection that speaks NATS. */
export type NatsMoment = Exclude<Moment, "accept" | "upgrade">;

interface RuleAt<At extends Moment> {
  readonly at: At;
  readonly action: Actions[At];
  /** How often the rule applies. Default: always. */
  readonly times?: number;
}

/** A scripted fault: an action at a moment. */
export type FaultRule = RuleAt<"accept"> | RuleAt<"upgrade"> | RuleAt<NatsMoment>;
