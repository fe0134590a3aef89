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

const MOMENTS: readonly Moment[] = [
  "accept",
  "tls",
  "upgrade",
  "before-info",
  "after-info",
  "connect",
  "before-pong",
  "live",
  "draining",
  "message",
];

const MESSAGE_ACTIONS: ReadonlySet<Action["do"]> = new Set(["drop", "duplicate", "reorder"]);

/** The moments before there is a NATS connection. */
const EARLY_MOMENTS: ReadonlySet<Moment> = new Set(["accept", "tls", "upgrade"]);

/** What can be done before there is a NATS connection. */
const EARLY_ACTIONS: ReadonlySet<Action["do"]> = new Set([
  "silent",
  "close",
  "reset",
  "bytes",
  "http-status",
]);

/** Says what is wrong with a rule; undefined when it can be carried out. */
export function findFlaw({ at, action, share = 1, times = 1, afterMs = 0 }: FaultRule): string | undefined {
  if (!MOMENTS.includes(at)) return `at is ${at}; give one of ${MOMENTS.join(", ")}`;
  if (MESSAGE_ACTIONS.has(action.do) !== (at === "message")) {
    return `${action.do} can't be done at ${at}: drop, duplicate and reorder go with message, and only they`;
  }
  if (EARLY_MOMENTS.has(at) && !EARLY_ACTIONS.has(action.do)) {
    return `${action.do} can't be done at ${at}; give one of ${[...EARLY_ACTIONS].join(", ")}`;
  }
  if (afterMs !== 0 && (at === "message" || EARLY_MOMENTS.has(at))) return `afterMs can't be used at ${at}`;
  if (action.do === "http-status" && at !== "upgrade") return "http-status can only be done at upgrade";
  if (action.do === "info" && at !== "before-info") return "info can only be done at before-info";
  if (!(share >= 0 && share <= 1)) return `share is ${share}; give 0 to 1`;
  if (!(times >= 1)) return `times is ${times}; give a whole number from 1`;
  return undefined;
}
