import type { FaultError } from "./faults.ts";
import type { Message, MessageHandler } from "./message.ts";
import type { ClientOptions, PartialTunables, Tunables } from "./options.ts";
import type { Subscription } from "./registry.ts";
import type { ConnectionState } from "./state.ts";
import type { StopOutcome, Timeline } from "./timeline.ts";

/** How a start ended: `retrying` means that the first attempt failed and others follow. */
export type StartOutcome = "live" | "retrying" | "failed" | "stopped";

/** Contract only, filled in next: the shape the other rooms build against. */
export declare class MyceliumClient {
  constructor(options: ClientOptions);
  readonly state: ConnectionState;
  readonly timeline: Timeline;
  readonly tunables: Tunables;
  /** Round trip of the last ping, milliseconds; null before the first. */
  readonly rttMs: number | null;
  readonly subscriptions: readonly Subscription[];
  start(): Promise<StartOutcome>;
  stop(): Promise<StopOutcome>;
  /** Dials now: skips the wait and counts attempts from 1 again. */
  reconnect(): Promise<StartOutcome>;
  /** Same subject again: replaces the handler, keeps the one server subscription. */
  subscribe(subject: string, handler: MessageHandler): Subscription;
  unsubscribe(subject: string): boolean;
  /** @throws FaultError when not live; nothing is queued */
  publish(subject: string, payload?: Uint8Array | string): void;
  request(
    subject: string,
    payload?: Uint8Array | string,
    options?: { timeoutMs?: number; signal?: AbortSignal },
  ): Promise<Message>;
  configure(changes: PartialTunables): void;
  /** What the machine's surroundings report: the page's adapter calls these. */
  notifyNetwork(online: boolean): void;
  notifyWake(): void;
  onState(listener: (state: ConnectionState) => void): () => void;
}
export type { FaultError };
