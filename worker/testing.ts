// Makes this file a module, so that its declaration augments vitest's.
import type {} from "vitest";

/** Servers that tests inside workerd can't start themselves. */
interface WorkerTestServers {
  /** `ws://` URL of a real nats-server without authentication. */
  readonly open: string;
  /** Another one, used by a single test, and its monitoring URL, `http://host:port`. */
  readonly counted: { readonly url: string; readonly monitor: string };
  /** Another one, to which nothing may ever connect. */
  readonly untouched: { readonly url: string; readonly monitor: string };
  /** `ws://` URL of a real nats-server with users: `u` with `p` may only read, `writer` with `p` may publish too. */
  readonly withPassword: string;
  /** `ws://` URL of a real nats-server that allows only pages of https://other.example. */
  readonly otherOrigin: string;
  /** `ws://` URL of a real nats-server with JetStream: SHOP (`shop.>`) allows Direct Get, SHUT (`shut.>`) doesn't. */
  readonly streams: string;
  readonly full: string;
  /** `ws://` URL of a real nats-server whose users may read `egos.llm.logs` and nothing else. */
  readonly restricted: string;
  /** A real nats-server in operator mode, and the keys that a worker needs for it. */
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
  /** `host:port` where nothing listens. */
  readonly nobody: string;
  /** `host:port` that never answers a connection attempt. */
  readonly blackHole: string;
  /** `[::1]:port` of a server that greets like NATS over TCP; null if this machine has no IPv6. */
  readonly ipv6: string | null;
  /** `host:port` of misbehaving servers by what they do wrong (test/support/faults/strange-servers.ts). */
  readonly strange: Readonly<Record<string, string>>;
  /** Names of those that reset one connection in ten. */
  readonly shaky: readonly string[];
  /** Names of those that send without end or far too much. */
  readonly hostile: readonly string[];
}

declare module "vitest" {
  interface ProvidedContext {
    readonly servers: WorkerTestServers;
  }
}
