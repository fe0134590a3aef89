/** What can happen to a connection before NATS is spoken on it. */
type EarlyAction =
  /** Never say another word, and read none. */
  | { readonly do: "silent" }
  /** End of stream (TCP FIN), without a close frame before it. */
  | { readonly do: "close" }
  | { readonly do: "reset" }
  /** Send these bytes instead of what was due, then end. */
  | { readonly do: "bytes"; readonly bytes: string };

/** What can happen to a WebSocket upgrade. */
export type UpgradeAction =
  | EarlyAction
  /** Answer it with this status. */
  | { readonly do: "http-status"; readonly status: number };

/** What can happen to a connection that speaks NATS. */
export type Action =
  | EarlyAction
  /** `-ERR '<text>'`, and then the close of `code`, or none. */
  | { readonly do: "error"; readonly text: string; readonly code?: number }
  /** A WebSocket close frame of this code; over TCP an end of stream. */
  | { readonly do: "close-code"; readonly code: number; readonly reason?: string };

/** What can happen at each of the moments of a connection's life, which come in this order. */
export interface Actions {
  /** The TCP connection stands; nothing was read or sent. */
  readonly accept: EarlyAction;
  /** The WebSocket upgrade request was read (never reached over TCP). */
  readonly upgrade: UpgradeAction;
  readonly "before-info": Action;
  /** A CONNECT was read, before it is judged. */
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
  /** How often it happens before it is used up. Default: without end. */
  readonly times?: number;
}

/** One fault of a script. */
export type FaultRule = RuleAt<"accept"> | RuleAt<"upgrade"> | RuleAt<NatsMoment>;
