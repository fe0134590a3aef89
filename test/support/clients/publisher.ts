import { connect, type NatsConnection } from "@nats-io/transport-node";

/** What a server is given to answer, on a machine that others keep busy, milliseconds. */
const ANSWER_LIMIT_MS = 30_000;

/**
 * An independent NATS client over TCP: it shares no code with the client under test.
 * It doesn't reconnect by itself, so that a test decides when it is back.
 */
export async function connectPublisher(tcpUrl: string): Promise<NatsConnection> {
  const nats = await connect({
    servers: tcpUrl,
    name: "publisher",
    timeout: ANSWER_LIMIT_MS,
    reconnect: false,
  });
  const request = nats.request.bind(nats);
  // The library's own limit is a second.
  nats.request = (subject, payload, options) =>
    request(subject, payload, { timeout: ANSWER_LIMIT_MS, ...options });
  return nats;
}

/** One that is with this server, and no other, whenever the server is there. */
export async function connectFaithfully(tcpUrl: string, name: string): Promise<NatsConnection> {
  return connect({
    servers: tcpUrl,
    name,
    timeout: ANSWER_LIMIT_MS,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 20,
    reconnectJitter: 0,
    ignoreClusterUpdates: true,
  });
}
