import { connect, type NatsConnection } from "@nats-io/transport-node";

/** Milliseconds for a server to answer on a busy machine. */
const ANSWER_LIMIT_MS = 30_000;

/**
 * Connects an independent NATS client over TCP, which shares no code with the client under test. It doesn't reconnect
 * by itself, so that a test decides when it is back.
 */
export async function connectPublisher(tcpUrl: string): Promise<NatsConnection> {
  const nats = await connect({
    servers: tcpUrl,
    name: "publisher",
    timeout: ANSWER_LIMIT_MS,
    reconnect: false,
  });
  return patient(nats);
}

/** Gives a connection's requests a limit that a busy machine can meet: the library's own is one second. */
export function patient(nats: NatsConnection): NatsConnection {
  const { request, requestMany } = nats;
  nats.request = (subject, payload, options) =>
    request.call(nats, subject, payload, { timeout: ANSWER_LIMIT_MS, ...options });
  nats.requestMany = (subject, payload, options) =>
    requestMany.call(nats, subject, payload, { maxWait: ANSWER_LIMIT_MS, ...options });
  return nats;
}

/** A publisher that always reconnects to this one server. */
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
