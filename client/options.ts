import type { Fault } from "./faults/fault.ts";
import type { StreamSource } from "./sequence/port.ts";

/** How attempts to connect are spaced, and how many of them are quick. */
export interface ReconnectOptions {
  /** Quick attempts before slow ones; 0 means no limit. Once the client was live, all are quick. Default 8. */
  readonly maxAttempts: number;
  /** Upper bound of the first delay, milliseconds. Default 1000. */
  readonly baseDelayMs: number;
  /** Growth of the bound with each attempt. Default 1.2. */
  readonly factor: number;
  /** Maximum of the bound, which grows up to 3 s and then with the outage, milliseconds. Default 20000. */
  readonly maxDelayMs: number;
  /** A link that lives this long resets the count of attempts, milliseconds. Default 5000. */
  readonly stableAfterMs: number;
}

interface Expiring {
  /** Epoch milliseconds. At 70 to 80 % of the lifetime, a link with new credentials takes over. */
  readonly expiresAtMs?: number;
}

/** Credentials for one dial. */
export type Credentials =
  | { readonly type: "none" }
  | ({ readonly type: "userpass"; readonly user: string; readonly pass: string } & Expiring)
  | ({ readonly type: "token"; readonly token: string } & Expiring)
  | ({
      /** A user JWT of a decentralised account (NATS ADR-14), issued for the nkey that signs. */
      readonly type: "jwt";
      readonly jwt: string;
      /** Signs the server's nonce with Ed25519. */
      readonly sign: (nonce: Uint8Array) => Promise<Uint8Array>;
      /** Prefix of the subjects for answers to requests, such as `_INBOX.<nkey>`. Default `_INBOX`. */
      readonly inboxPrefix?: string;
    } & Expiring);

/** Fetches credentials for a dial. A rejection becomes a `token-source` fault. */
export type CredentialsSource = (signal: AbortSignal) => Promise<Credentials>;

/**
 * Looks at a fault from elsewhere, such as from a server. Resolves with a more exact fault, with null, or with
 * `mended` if the problem is gone, which starts the next attempt at once.
 */
export type Investigate = (fault: Fault, signal: AbortSignal) => Promise<Fault | "mended" | null>;

/** Options of `subscribe()`. */
export interface SubscribeOptions {
  /** A queue group: the server gives each message to one of its members. */
  readonly queue?: string;
  /** Distinguishes listeners to one subject: the same subject and name again replaces the handler. */
  readonly name?: string;
  /** Ends the subscription when it aborts. */
  readonly signal?: AbortSignal;
  /**
   * The JetStream stream that stores the subject's messages: its name, or a `StreamSource`. Messages then come
   * in the stream's order, none twice, and every missing one is reported.
   */
  readonly stream?: string | StreamSource;
}

/** Options of `publish()`. */
export interface PublishOptions {
  /** Values by header name; a list for several values (NATS ADR-4). */
  readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** The subject for an answer. */
  readonly reply?: string;
}

/** Options of `request()`. */
export interface RequestOptions extends Pick<PublishOptions, "headers"> {
  /** How long to wait for the answer, milliseconds. Default 5000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** Options of `messages()`. */
export interface MessagesOptions extends Omit<SubscribeOptions, "name"> {
  /** How many messages may wait to be read; beyond that the oldest are dropped and counted. Default 1000. */
  readonly limit?: number;
}

/** The wall clock and timers; a test may pass its own. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls `callback` once after `delayMs`, unless the returned function is called first. */
  after(delayMs: number, callback: () => void): () => void;
}

type SocketEventType = "open" | "message" | "close" | "error";

// biome-ignore lint/suspicious/noExplicitAny: browsers, workerd and Node each have their own event types
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

/** Settings that `configure()` can change at run time. */
export interface Tunables {
  readonly reconnect: ReconnectOptions;
  /** Time limit from the dial to the first PONG, including the credentials, milliseconds. Default 5000. */
  readonly connectTimeoutMs: number;
  /** How long a stop waits for links to drain before it cuts them, milliseconds. Default 3000. */
  readonly drainTimeoutMs: number;
  /** Interval of PINGs on a live link, milliseconds. Default 20000. */
  readonly pingIntervalMs: number;
  /** How long a PONG may take before the link is dead, milliseconds. Default 5000. */
  readonly pongTimeoutMs: number;
}

/** `Tunables` with every field optional. */
export interface PartialTunables extends Partial<Omit<Tunables, "reconnect">> {
  readonly reconnect?: Partial<ReconnectOptions>;
}

/** Options of `new MyceliumClient()`. */
export interface ClientOptions extends PartialTunables {
  /** `ws://` or `wss://` URLs, dialled in turn. */
  readonly servers: readonly string[];
  /** Also dial the cluster members that INFO names in `connect_urls`. Default false. */
  readonly followCluster?: boolean;
  readonly credentials?: CredentialsSource;
  readonly investigate?: Investigate;
  /**
   * How many messages published without a live link may wait for the next one; beyond that the oldest are
   * dropped and counted. With 0, the default, publishing without a live link throws.
   */
  readonly outboxLimit?: number;
  /** The client's name, which the server's `/connz` shows. */
  readonly name?: string;
  readonly clock?: Clock;
  /** Returns uniform random numbers in [0, 1). Default `Math.random`. */
  readonly random?: () => number;
  /** Opens a WebSocket. Default: the runtime's own. */
  readonly webSocket?: SocketFactory;
}

export const DEFAULT_TUNABLES: Tunables = {
  reconnect: { maxAttempts: 8, baseDelayMs: 1000, factor: 1.2, maxDelayMs: 20_000, stableAfterMs: 5000 },
  connectTimeoutMs: 5000,
  drainTimeoutMs: 3000,
  pingIntervalMs: 20_000,
  pongTimeoutMs: 5000,
};

/** The minimum and maximum of each setting. */
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
 * Checks the type of a value.
 * @param types one type, or several joined by " or "
 * @throws TypeError that names the field and its type, but not the value, which may be a secret
 */
export function checkType(name: string, value: unknown, types: string): void {
  if (!types.split(" or ").includes(typeOf(value))) throw new TypeError(`${name} must be of type ${types}`);
}

/**
 * As `typeof`, but distinguishes built-in objects, whose data isn't in fields, from `Object`. By tag, not
 * `instanceof`, as objects may come from another realm.
 */
function typeOf(value: unknown): string {
  if (typeof value !== "object") return typeof value;
  // By its method, as subclasses such as TaskSignal have tags of their own.
  if (typeof (value as Partial<AbortSignal> | null)?.throwIfAborted === "function") return "AbortSignal";
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  const builtIns =
    /^(Null|Array|ArrayBuffer|Uint8Array|(Weak)?(Map|Set)|Headers|Promise|Date|Blob|FormData|URLSearchParams|Abort.*|Request|Response)$/;
  return builtIns.test(tag) ? tag : "Object";
}

/**
 * Merges `changes` into `base`, and checks each number.
 * @throws RangeError that names the field and its limits
 */
export function mergeTunables(base: Tunables, changes: PartialTunables): Tunables {
  const reconnect = { ...base.reconnect, ...changes.reconnect };
  const names = Object.keys(base) as (keyof Tunables)[];
  const chosen = names.map((name) => [name, changes[name] ?? base[name]]);
  const merged = { ...Object.fromEntries(chosen), reconnect } as Tunables;
  for (const [field, [least, most]] of Object.entries(TUNABLE_LIMITS)) {
    const at = (settings: unknown, name: string) => (settings as Record<string, unknown>)[name];
    const value = field.split(".").reduce(at, merged as unknown) as number;
    if (!(value >= least && value <= most))
      throw new RangeError(`${field} is ${value}: use a number from ${least} to ${most}`);
  }
  return merged;
}

/**
 * Checks that a WebSocket can dial a server's address.
 * @throws TypeError that names the address and how to fix it
 */
export function checkServerUrl(server: string): string {
  let url: URL;
  try {
    url = new URL(server);
  } catch {
    throw new TypeError(`server "${server}" is not a URL: use ws://host:port or wss://host:port`);
  }
  if (url.protocol !== "ws:" && url.protocol !== "wss:") {
    throw new TypeError(`server has the scheme ${url.protocol}//: use ws:// or wss://`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new TypeError(`server ${url.host} contains a user or password: use the credentials option`);
  }
  if (server.includes("#")) {
    throw new TypeError(`server ${url.host} has a fragment ("#…"): remove it`);
  }
  return server;
}
