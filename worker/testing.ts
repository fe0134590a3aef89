/** A server of the tests that behaves wrongly in one way; test/support/faults/strange-servers.ts runs them. */
export type StrangeServer =
  | "resets whoever speaks"
  | "accepts and says nothing"
  | "greets like NATS over TCP, then waits"
  | "has an untrusted certificate"
  | "answers 200"
  | "answers 302"
  | "answers 403"
  | "answers 503"
  | "answers 526"
  | "says that it wants HTTPS"
  | "opens and says nothing"
  | "opens and closes"
  | "greets, asks and closes"
  | "shuts down"
  | "sends text"
  | "sends another protocol"
  | "sends INFO without end"
  | "sends INFO byte by byte"
  | "splits INFO over frames"
  | "sends INFO that isn't JSON"
  | "never answers PING"
  | "falls silent after the first PONG"
  | "falls silent after the second PONG"
  | "answers slowly"
  | "says that its user has expired"
  | "allows too few subscriptions"
  | "refuses with HTML in -ERR"
  | "refuses with lines in -ERR"
  | "greets with an attack in INFO"
  | "is full"
  | "closes a revoked user"
  | "garbles what follows INFO"
  | "answers 530 with 1033"
  | "answers 530 with 1016"
  | "answers 403 with 1003"
  | "answers 502"
  | "answers 504"
  | "misses the Upgrade header"
  | "resets every third connection"
  | ShakyServer
  | "is silent from the second connection on"
  | "is 1.9 s late with the first connection"
  | "redirects to itself"
  | "answers with a gzip bomb"
  | "sends PONG before its PING"
  | HostileServer;

const SEEDS = [1, 2, 3, 4, 5, 6] as const;
type ShakyServer = `resets one connection in ten, seed ${(typeof SEEDS)[number]}`;

/** Each resets other connections than the others do, and the same ones whenever it is started. */
export const SHAKY_SERVERS: readonly ShakyServer[] = SEEDS.map(
  (seed) => `resets one connection in ten, seed ${seed}` as const,
);

/** Those that send without end, or more than anybody should take in. */
export const HOSTILE_SERVERS = [
  "sends MSG without end",
  "sends +OK without end",
  "sends PING without end",
  "sends 31 MB of MSG in a frame",
  "sends 31 MB of +OK in a frame",
  "sends 31 MB of PING in a frame",
  "sends 100 MB of INFO",
  "names a million servers in INFO",
] as const;
type HostileServer = (typeof HOSTILE_SERVERS)[number];

/** What tests inside workerd can't start for themselves: real servers, strange servers, and ports where nobody is. */
interface WorkerTestServers {
  /** `ws://` URL of a real nats-server that lets everybody in. */
  readonly open: string;
  /** Another, which one test has to itself, and its monitoring, `http://host:port`. */
  readonly counted: { readonly url: string; readonly monitor: string };
  /** Another, which nothing may ever reach. */
  readonly untouched: { readonly url: string; readonly monitor: string };
  /** `ws://` URLs of real nats-servers that don't: `u` with `p` may only read, `writer` with `p` may publish too. */
  readonly withPassword: string;
  /** `ws://` URL of a real nats-server that lets only pages of https://other.example in. */
  readonly otherOrigin: string;
  /** `ws://` URL of a real nats-server with JetStream: SHOP takes `shop.>` and allows Direct Get, SHUT takes `shut.>` and doesn't. */
  readonly streams: string;
  readonly full: string;
  /** `ws://` URL of a real nats-server whose users may read `egos.llm.logs` and nothing else. */
  readonly restricted: string;
  /** `ws://` URL of a real nats-server in operator mode, and what a worker needs for it. */
  readonly operator: {
    readonly url: string;
    readonly account: string;
    readonly signingSeed: string;
    readonly scopedSeed: string;
    /** A scoped key whose role allows publishing. */
    readonly publishingSeed: string;
  };
  /** A real nats-server's plain TCP port, as `ws://`. */
  readonly plainTcp: string;
  /** `host:port` where nobody listens. */
  readonly nobody: string;
  /** `host:port` where no attempt to connect is ever answered. */
  readonly blackHole: string;
  /** `[::1]:port` of one that greets like NATS over TCP; null where this machine has no IPv6. */
  readonly ipv6: string | null;
  /** `host:port` of each. */
  readonly strange: Readonly<Record<StrangeServer, string>>;
}

declare module "vitest" {
  interface ProvidedContext {
    readonly servers: WorkerTestServers;
  }
}
