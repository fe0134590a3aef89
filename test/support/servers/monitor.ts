import { until } from "../tools/until.ts";

/** One client in `/connz?subs=1`: the fields that tests use. */
export interface ConnzClient {
  readonly cid: number;
  readonly type: "websocket" | "nats";
  readonly name?: string;
  /** Messages that the client has sent. */
  readonly in_msgs: number;
  readonly subscriptions_list?: readonly string[];
}

/** The answer of `/connz?subs=1`. */
export interface Connz {
  readonly num_connections: number;
  readonly connections: readonly ConnzClient[];
}

/** The answer of `/varz`: the fields that tests use. */
export interface Varz {
  /** Clients disconnected for reading too slowly, since the server's start. */
  readonly slow_consumers: number;
  /** Bytes of the messages that clients were sent. */
  readonly out_bytes: number;
}

/** A server's monitoring endpoints. */
export interface Monitor {
  connz(): Promise<Connz>;
  varz(): Promise<Varz>;
}

/**
 * Requests a monitoring endpoint; the deadline makes a frozen server fail the test instead of hanging it.
 * @throws Error without a 200 in time
 */
export async function askMonitor<T>(monitorUrl: string, path: string, deadlineMs = 20_000): Promise<T> {
  const response = await fetch(`${monitorUrl}${path}`, { signal: AbortSignal.timeout(deadlineMs) });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return (await response.json()) as T;
}

/** The monitoring endpoints at a URL. */
export function monitorOf(monitorUrl: string): Monitor {
  const ask = <T>(path: string): Promise<T> => askMonitor<T>(monitorUrl, path);
  return {
    connz: () => ask<Connz>("/connz?subs=1"),
    varz: () => ask<Varz>("/varz"),
  };
}

/** Waits until each page and client under test has subscribed; earlier messages would reach none of them. */
export async function untilSubscribed(monitor: Pick<Monitor, "connz">): Promise<void> {
  const hasSome = ({ subscriptions_list = [] }: ConnzClient) =>
    subscriptions_list.some((subject) => !subject.startsWith("_INBOX."));
  await until("the subscriptions", async () => {
    const clients = webSocketClients(await monitor.connz());
    return clients.length > 0 && clients.every(hasSome);
  });
}

/** The WebSocket connections: pages and clients under test, not the test's publisher. */
export function webSocketClients({ connections }: Connz): readonly ConnzClient[] {
  return connections.filter(({ type }) => type === "websocket");
}
