import { connect, type NatsConnection } from "@nats-io/transport-node";

/**
 * An independent NATS client over TCP: it shares no code with the client under test.
 * It doesn't reconnect by itself, so that a test decides when it is back.
 */
export async function connectPublisher(tcpUrl: string): Promise<NatsConnection> {
  return connect({ servers: tcpUrl, name: "publisher", timeout: 30_000, reconnect: false });
}

/** One that is with this server, and no other, whenever the server is there. */
export async function connectFaithfully(tcpUrl: string, name: string): Promise<NatsConnection> {
  return connect({
    servers: tcpUrl,
    name,
    timeout: 30_000,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 20,
    reconnectJitter: 0,
    ignoreClusterUpdates: true,
  });
}
