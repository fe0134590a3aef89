import type { ListenerName } from "../listeners/transport.ts";

/** The moments of a connection's life at which a fault can happen, in their order. */
export type Moment =
  /** The TCP connection stands; nothing was read or sent. */
  | "accept"
  /** TLS is about to begin (never reached without TLS). */
  | "tls"
  /** The WebSocket upgrade request was read (never reached over TCP). */
  | "upgrade"
  | "before-info"
  | "after-info"
  /** A CONNECT was read, before it is judged. */
  | "connect"
  /** A PING was read, before its PONG. */
  | "before-pong"
  /** The first PONG after CONNECT was sent. */
  | "live"
  /** An UNSUB ended the client's last subscription. */
  | "draining"
  /** A message is about to be sent to this client. */
  | "message";

/** What happens to the connection. */
export type Action =
  /** Never say another word, and read none. */
  | { readonly do: "silent" }
  /** End of stream (TCP FIN), without a close frame before it. */
  | { readonly do: "close" }
  | { readonly do: "reset" }
  /** Answer the upgrade with this status (only at `upgrade`). */
  | { readonly do: "http-status"; readonly status: number }
  /** Send these bytes instead of what was due, then end. */
  | { readonly do: "bytes"; readonly bytes: string }
  /** The INFO in two pieces, 20 ms apart; with broken JSON; or without an end (only at `before-info`). */
  | { readonly do: "info"; readonly form: "split" | "garbled" | "endless" }
  /** `-ERR '<text>'`, and then the close of `code`, or none. */
  | { readonly do: "error"; readonly text: string; readonly code?: number }
  /** A WebSocket close frame of this code; over TCP an end of stream. */
  | { readonly do: "close-code"; readonly code: number; readonly reason?: string }
  /** The three that are for `message` only. `reorder` sends the message after the next one. */
  | { readonly do: "drop" }
  | { readonly do: "duplicate" }
  | { readonly do: "reorder" };

/** Which connections a rule is for. Absent fields set no bound. */
export interface Target {
  readonly listener?: ListenerName;
  /** The nth connection accepted since the rule was made, from 1. */
  readonly connection?: number;
  /** `client_id`. */
  readonly clientId?: number;
  /** A message's subject (only at `message`), wildcards allowed. */
  readonly subject?: string;
}

/** One fault of a script. */
export interface FaultRule {
  readonly at: Moment;
  readonly action: Action;
  readonly target?: Target;
  /** How long after the moment, milliseconds. Default 0. */
  readonly afterMs?: number;
  /** How often it happens before it is used up. Default: without end. */
  readonly times?: number;
  /** The share of occasions at which it happens, drawn with the scenario's seed. Default 1. */
  readonly share?: number;
}

/** A whole script. The same seed against the same client gives the same faults. */
export interface Scenario {
  readonly seed?: number;
  readonly rules: readonly FaultRule[];
}
