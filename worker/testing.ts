// Makes this a module, whose declaration adds to the other.
import type {} from "vitest";

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
  /** `host:port` of servers that behave wrongly in one way each, by what they do (test/support/faults/strange-servers.ts). */
  readonly strange: Readonly<Record<string, string>>;
  /** Those that reset one connection in ten, and those that send without end or far too much. */
  readonly shaky: readonly string[];
  readonly hostile: readonly string[];
}

declare module "vitest" {
  interface ProvidedContext {
    readonly servers: WorkerTestServers;
  }
}
