import type { Fault } from "./faults/fault.ts";
import type { StreamSource } from "./sequence/port.ts";

/** How attempts to connect are spaced and when they end. */
export interface ReconnectOptions {
  /** Quick attempts before the first success, then slow ones; 0 means no limit. Once live, all are quick. Default 8. */
  readonly maxAttempts: number;
  /** Upper bound of the first delay, milliseconds. Default 1000. */
  readonly baseDelayMs: number;
  /** What the bound grows by from one attempt to the next. Default 1.2. */
  readonly factor: number;
  /** The bound, which grows to 3 s and then with the outage's length, never exceeds this, milliseconds. Default 20000. */
  readonly maxDelayMs: number;
  /** A link must live this long before the attempts count from 1 again, milliseconds. Default 5000. */
  readonly stableAfterMs: number;
}

/** When credentials end, for those that do. */
interface Expiring {
  /** Epoch milliseconds; the client fetches new ones and moves over at 70 to 80 % of the time until then. */
  readonly expiresAtMs?: number;
}

/** Static or freshly fetched credentials for one dial. */
export type Credentials =
  | { readonly type: "none" }
  | ({ readonly type: "userpass"; readonly user: string; readonly pass: string } & Expiring)
  | ({ readonly type: "token"; readonly token: string } & Expiring)
  | ({
      /** A decentralised user JWT (NATS ADR-14), proven with the nkey it was issued for. */
      readonly type: "jwt";
      readonly jwt: string;
      /** Signs the server's nonce (Ed25519); the key itself never leaves its owner. */
      readonly sign: (nonce: Uint8Array) => Promise<Uint8Array>;
      /** Where answers to requests are expected, such as `_INBOX.<nkey>`; `_INBOX` unless given. */
      readonly inboxPrefix?: string;
    } & Expiring);

/** Fetches credentials ahead of each dial. A rejection becomes a `token-source` fault. */
export type CredentialsSource = (signal: AbortSignal) => Promise<Credentials>;

/**
 * Looks at a fault from elsewhere (the worker's probe) and returns a better one, null if it knows no more,
 * or `mended` when what was wrong is right again: then the next attempt is made at once.
 */
export type Investigate = (fault: Fault, signal: AbortSignal) => Promise<Fault | "mended" | null>;

/** What `subscribe()` takes. */
export interface SubscribeOptions {
  /** A queue group: the server gives each message to one of its members. */
  readonly queue?: string;
  /** Tells listeners to one subject apart: the same subject and name again replaces the handler. */
  readonly name?: string;
  /** Ends the subscription when it aborts. */
  readonly signal?: AbortSignal;
  /**
   * The JetStream stream that the subject's messages are in: its name, or more of it. The subscription then goes by
   * the stream's sequences: nothing twice, nothing missing untold, in the stream's order.
   */
  readonly stream?: string | StreamSource;
}

/** What may go with a message that is published. */
export interface PublishOptions {
  /** By name; several values of one name as a list (NATS ADR-4). */
  readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** The subject on which an answer is expected. */
  readonly reply?: string;
}

/** What `request()` takes. */
export interface RequestOptions extends Pick<PublishOptions, "headers"> {
  /** Default 5000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** What `messages()` takes. */
export interface MessagesOptions extends Omit<SubscribeOptions, "name"> {
  /** How many messages may wait to be read; the oldest give way and are counted. Default 1000. */
  readonly limit?: number;
}

/** The wall clock and the timers, so that a test can hold them. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls back once after `delayMs`; the returned function cancels. */
  after(delayMs: number, callback: () => void): () => void;
}

type SocketEventType = "open" | "message" | "close" | "error";

// biome-ignore lint/suspicious/noExplicitAny: the three runtimes each have event types of their own
type SocketListener = (event: any) => void;

/** The part of the WebSocket interface that a link needs; browsers, workerd and Node's `ws` all have it. */
export interface SocketLike {
  binaryType: string;
  readonly readyState: number;
  readonly bufferedAmount?: number;
  addEventListener(type: SocketEventType, listener: SocketListener): void;
  removeEventListener(type: SocketEventType, listener: SocketListener): void;
  send(data: Uint8Array<ArrayBuffer> | ArrayBuffer): void;
  close(code?: number, reason?: string): void;
  /** Cuts the TCP connection at once, where the runtime can (Node's `ws`). */
  terminate?(): void;
}

/** Opens a WebSocket; may be asynchronous (the worker upgrades with `fetch`). */
export type SocketFactory = (url: string, signal: AbortSignal) => SocketLike | Promise<SocketLike>;

/** What can be set, and changed while running by `configure()`. */
export interface Tunables {
  readonly reconnect: ReconnectOptions;
  /** From the dial to the first PONG, the wait for credentials included, milliseconds. Default 5000. */
  readonly connectTimeoutMs: number;
  /** How long a stop waits for the drain before it cuts, milliseconds. Default 3000. */
  readonly drainTimeoutMs: number;
  /** How often a live link is asked for a PONG, milliseconds. Default 20000. */
  readonly pingIntervalMs: number;
  /** How long the PONG may take before the link counts as dead, milliseconds. Default 5000. */
  readonly pongTimeoutMs: number;
}

/** As `Tunables`, each field optional. */
export interface PartialTunables extends Partial<Omit<Tunables, "reconnect">> {
  readonly reconnect?: Partial<ReconnectOptions>;
}

/** What `new MyceliumClient()` takes. */
export interface ClientOptions extends PartialTunables {
  /** `ws://` or `wss://` URLs; several are tried in turn. */
  readonly servers: readonly string[];
  /** Also dial the servers that INFO's `connect_urls` names (a cluster's other members). Default false. */
  readonly followCluster?: boolean;
  readonly credentials?: CredentialsSource;
  readonly investigate?: Investigate;
  /**
   * How many messages published while there is no live link may wait for the
   * next one; the oldest give way and are counted. 0, the default, refuses them.
   */
  readonly outboxLimit?: number;
  /** Shown in the server's `/connz`. */
  readonly name?: string;
  readonly clock?: Clock;
  /** Uniform in [0, 1). Default `Math.random`. */
  readonly random?: () => number;
  /** Default: the runtime's own `WebSocket`. */
  readonly webSocket?: SocketFactory;
}

export const DEFAULT_TUNABLES: Tunables = {
  reconnect: { maxAttempts: 8, baseDelayMs: 1000, factor: 1.2, maxDelayMs: 20_000, stableAfterMs: 5000 },
  connectTimeoutMs: 5000,
  drainTimeoutMs: 3000,
  pingIntervalMs: 20_000,
  pongTimeoutMs: 5000,
};

/** The least and the most that each number may be; the page's settings show the same limits. */
export const TUNABLE_LIMITS = {
  "reconnect.maxAttempts": [0, 1000],
  "reconnect.baseDelayMs": [10, 60_000],
  "reconnect.factor": [1, 10],
  "reconnect.maxDelayMs": [10, 600_000],
  "reconnect.stableAfterMs": [0, 600_000],
  connectTimeoutMs: [100, 120_000],
  drainTimeoutMs: [0, 60_000],
  pingIntervalMs: [100, 600_000],
  pongTimeoutMs: [100, 120_000],
} as const satisfies Record<string, readonly [number, number]>;

/**
 * @param wanted as in the rules of options
 * @throws TypeError that names the field and what it must be, and not its value, which may be a secret
 */
export function checkType(name: string, value: unknown, wanted: string): void {
  if (!wanted.split(" or ").includes(typeOf(value))) throw new TypeError(`${name} is no ${wanted}: give one`);
}

/** As `typeof`, which calls too much an object: what holds something has that in fields. Any may be another window's. */
function typeOf(value: unknown): string {
  if (typeof value !== "object") return typeof value;
  // By what is used of it: a kind of its own, as a TaskSignal, has a tag of its own.
  if (typeof (value as Partial<AbortSignal> | null)?.throwIfAborted === "function") return "AbortSignal";
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  const hides =
    /^(Null|Array|ArrayBuffer|Uint8Array|(Weak)?(Map|Set)|Headers|Promise|Date|Blob|FormData|URLSearchParams|Abort.*|Request|Response)$/;
  return hides.test(tag) ? tag : "Object";
}

/**
 * Lays `changes` over `base` and checks each number.
 * @throws RangeError that names the field and its limits
 */
export function mergeTunables(base: Tunables, changes: PartialTunables): Tunables {
  const reconnect = { ...base.reconnect, ...changes.reconnect };
  const names = Object.keys(base) as (keyof Tunables)[];
  const chosen = names.map((name) => [name, changes[name] ?? base[name]]);
  const merged = { ...Object.fromEntries(chosen), reconnect } as Tunables;
  for (const [field, [least, most]] of Object.entries(TUNABLE_LIMITS)) {
    const at = (part: unknown, name: string) => (part as Record<string, unknown>)[name];
    const value = field.split(".").reduce(at, merged as unknown) as number;
    if (!(value >= least && value <= most))
      throw new RangeError(`${field} is ${value}: give a number from ${least} to ${most}`);
  }
  return merged;
}

/**
 * Checks that a server's address is one a WebSocket can dial.
 * @throws TypeError that names the address and the fix.
 */
export function checkServerUrl(server: string): string {
  let url: URL;
  try {
    url = new URL(server);
  } catch {
    throw new TypeError(`server "${server}" is not a URL: give ws://host:port or wss://host:port`);
  }
  if (url.protocol !== "ws:" && url.protocol !== "wss:") {
    throw new TypeError(`server has the scheme ${url.protocol}//: give ws:// or wss://`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new TypeError(`server ${url.host} has a user or password: give credentials`);
  }
  if (server.includes("#")) {
    throw new TypeError(`server ${url.host} has a fragment ("#…"): leave it out`);
  }
  return server;
}
