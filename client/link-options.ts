import type { Denied } from "./classify.ts";
import type { Fault } from "./faults.ts";
import type { Clock, Credentials, SocketFactory } from "./options.ts";

/** What a link is dialled with. */
export interface LinkOptions {
  readonly url: string;
  readonly name?: string;
  readonly credentials: Credentials;
  /** From the dial to the first PONG, milliseconds. */
  readonly connectTimeoutMs: number;
  readonly clock: Clock;
  readonly webSocket: SocketFactory;
}

/** What a live link reports. */
export interface LinkObserver {
  /** The link is gone, and nobody asked it to. Told once, and not while closing. */
  lost(fault: Fault): void;
  /** The server refused a subscription, or a message that was published, and left the rest alone. */
  denied(denied: Denied, fault: Fault): void;
  /** The server refused a subscription for there are too many, and didn't say which. */
  refusedOne(fault: Fault): void;
  /** The server is about to go and asks its clients to leave (INFO `ldm`). */
  lameDuck(): void;
  /** The server named the members of its cluster, as `ws://` or `wss://` URLs. */
  clusterNamed(urls: readonly string[]): void;
}
