import type { Clock, Credentials, SocketFactory } from "../options.ts";
import type { ConnectionEvent } from "./events.ts";

/** What a connection is dialled with. */
export interface ConnectionParts {
  readonly url: string;
  readonly name: string | undefined;
  readonly credentials: Credentials;
  /** From here to the first PONG, milliseconds. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly webSocket: SocketFactory;
  onEvent(event: ConnectionEvent): void;
}

/** A subscription on one connection. */
export interface ConnectionSubscription {
  /** Ends it at once: what is under way isn't delivered any more. */
  unsubscribe(): void;
  /** Ends it on the server; settles once what was under way has been delivered. */
  drain(): Promise<void>;
}
