import { setTimeout as wait } from "node:timers/promises";
import { connect } from "@nats-io/transport-node";
import { sampleEvents } from "./sample-events.ts";

/** A message to publish. */
export interface SampleMessage {
  readonly subject: string;
  readonly payload: string | Uint8Array;
}

/** How often an event is published, milliseconds: a few each second. */
const EVERY_MS = 250;

/** How often a server that is away or refuses is tried again, milliseconds. */
const RECONNECT_EVERY_MS = 500;

/** How long the last events may take to be read, milliseconds. */
const FLUSH_LIMIT_MS = 500;

/** A running publisher. */
export interface Publisher {
  /** How many events were published so far. */
  readonly published: number;
  /** Publishes no more and closes its connection. */
  stop(): Promise<void>;
}

/** What `startPublisher` may be given. */
export interface PublisherOptions {
  /** Between two messages, milliseconds. Default 250. */
  readonly everyMs?: number;
  /** Default: plausible events of EGOS. */
  readonly messages?: Iterator<SampleMessage, never>;
}

/** Endless messages with the events of EGOS. */
export function* egosMessages(random: () => number = Math.random): Generator<SampleMessage, never> {
  for (const { subject, event } of sampleEvents(random)) {
    yield { subject, payload: JSON.stringify(event) };
  }
  throw new Error("events of EGOS never end");
}

/**
 * Publishes sample messages over TCP, as any NATS client in any language would.
 * @param tcpUrl `nats://host:port`
 */
export async function startPublisher(tcpUrl: string, options: PublisherOptions = {}): Promise<Publisher> {
  const connection = await connect({
    servers: tcpUrl,
    name: "mycelium-sample-publisher",
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_EVERY_MS,
    // The demo refuses everybody for as long as its reader likes; then the samples go on.
    ignoreAuthErrorAbort: true,
  });
  const messages = options.messages ?? egosMessages();
  let published = 0;
  let refusal = "";
  // It publishes to a server that does wrong on demand: what that announces may leave no room for a sample.
  const timer = setInterval(() => {
    const { subject, payload } = messages.next().value;
    try {
      connection.publish(subject, payload);
      published += 1;
    } catch (error) {
      const { message } = error as Error;
      if (message !== refusal)
        process.stderr.write(`A sample message on ${subject} was not published: ${message}\n`);
      refusal = message;
    }
  }, options.everyMs ?? EVERY_MS);
  return {
    get published() {
      return published;
    },
    async stop() {
      clearInterval(timer);
      // The simulator beside it may be stalled by a fault, or gone: neither may hold up the end.
      const flushed = connection.flush().catch(() => {});
      await Promise.race([flushed, wait(FLUSH_LIMIT_MS, undefined, { ref: false })]);
      await connection.close();
    },
  };
}
