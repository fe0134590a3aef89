import { setTimeout as wait } from "node:timers/promises";
import { connect } from "@nats-io/transport-node";
import { sampleEvents } from "./sample-events.ts";

/** A message to publish. */
export interface SampleMessage {
  readonly subject: string;
  readonly payload: string | Uint8Array;
}

/** Default milliseconds between messages. */
const EVERY_MS = 250;

/** Milliseconds between reconnect attempts. */
const RECONNECT_EVERY_MS = 500;

/** Milliseconds to wait for the final flush. */
const FLUSH_LIMIT_MS = 500;

/** A running publisher. */
export interface Publisher {
  /** Number of messages published so far. */
  readonly published: number;
  /** Stops publishing and closes the connection. */
  stop(): Promise<void>;
}

/** Options of `startPublisher`. */
export interface PublisherOptions {
  /** Milliseconds between messages; default 250. */
  readonly everyMs?: number;
  /** Messages to publish; default plausible events of EGOS. */
  readonly messages?: Iterator<SampleMessage, never>;
}

/** Endless sample messages of the EGOS feeds. */
export function* egosMessages(random: () => number = Math.random): Generator<SampleMessage, never> {
  for (const { subject, event } of sampleEvents(random)) {
    yield { subject, payload: JSON.stringify(event) };
  }
  throw new Error("events of EGOS never end");
}

/**
 * Publishes sample messages over TCP with an ordinary NATS client.
 * @param tcpUrl `nats://host:port`
 */
export async function startPublisher(tcpUrl: string, options: PublisherOptions = {}): Promise<Publisher> {
  const connection = await connect({
    servers: tcpUrl,
    name: "mycelium-sample-publisher",
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_EVERY_MS,
    // The demo's user can make the simulator refuse everyone for any time; publishing must resume afterwards.
    ignoreAuthErrorAbort: true,
  });
  const messages = options.messages ?? egosMessages();
  let published = 0;
  let refusal = "";
  const timer = setInterval(() => {
    const { subject, payload } = messages.next().value;
    try {
      connection.publish(subject, payload);
      published += 1;
    } catch (error) {
      // The simulator may announce, as an injected fault, a max_payload that is smaller than a sample.
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
      // The simulator may be stalled by a fault, or gone: neither may delay the stop.
      const flushed = connection.flush().catch(() => {});
      await Promise.race([flushed, wait(FLUSH_LIMIT_MS, undefined, { ref: false })]);
      await connection.close();
    },
  };
}
