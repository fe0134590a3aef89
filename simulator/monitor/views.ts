import type { Connection } from "../connection/connection.ts";
import { NATS_VERSION } from "../identity.ts";
import { toText } from "../protocol/subject.ts";
import type { NatsServer } from "../server.ts";
import { toGoDuration, toUptime } from "./durations.ts";

/** JSON of a monitoring endpoint, with nats-server's field names and units. */
export type View = Record<string, unknown>;

const NANOSECONDS_PER_MS = 1_000_000;

/** `/varz`: the server, its limits and its counters. */
export function varz(server: NatsServer): View {
  const { settings, identity, events } = server;
  const { totals } = events;
  const now = new Date();
  const tcp = server.endpoints.get("tcp");
  const webSocket = server.endpoints.get("websocket");
  return {
    server_id: identity.serverId,
    server_name: identity.serverName,
    version: NATS_VERSION,
    proto: 1,
    go: process.version,
    host: settings.host,
    port: tcp?.port ?? 0,
    max_connections: settings.maxConnections,
    max_subscriptions: settings.maxSubscriptions,
    ping_interval: settings.pingIntervalMs * NANOSECONDS_PER_MS,
    ping_max: settings.maxPingsOut,
    max_control_line: settings.maxControlLineBytes,
    max_payload: settings.maxPayloadBytes,
    max_pending: settings.maxPendingBytes,
    cluster: {},
    gateway: {},
    leaf: {},
    mqtt: {},
    websocket:
      webSocket === undefined
        ? {}
        : { host: webSocket.host, port: webSocket.port, no_tls: settings.tls.websocket === undefined },
    jetstream: {},
    ...(settings.serverTags.length === 0 ? {} : { tags: settings.serverTags }),
    start: new Date(server.startedAtMs).toISOString(),
    now: now.toISOString(),
    uptime: toUptime(now.getTime() - server.startedAtMs),
    mem: process.memoryUsage.rss(),
    connections: server.connections.size,
    total_connections: totals.accepted,
    routes: 0,
    remotes: 0,
    leafnodes: 0,
    in_msgs: totals.receivedMessages,
    in_bytes: totals.receivedBytes,
    out_msgs: totals.sentMessages,
    out_bytes: totals.sentBytes,
    slow_consumers: totals.slowConsumers,
    subscriptions: subscriptionsOf(server),
  };
}

/** `/connz`: the connections; `subs=1` adds their subjects. */
export function connz(server: NatsServer, query: URLSearchParams): View {
  const connections = [...server.connections.values()];
  return {
    server_id: server.identity.serverId,
    now: new Date().toISOString(),
    num_connections: connections.length,
    total: connections.length,
    connections: connections.map((connection) => connectionView(connection, query.get("subs") ?? "")),
  };
}

function connectionView(connection: Connection, subscriptions: string): View {
  const { transport, traffic, options, heartbeat } = connection;
  const now = Date.now();
  const view: View = {
    cid: connection.id,
    kind: "Client",
    type: transport.listener === "websocket" ? "websocket" : "nats",
    ip: transport.remoteAddress,
    port: transport.remotePort,
    start: new Date(connection.openedAtMs).toISOString(),
    last_activity: new Date(connection.lastActivityAtMs).toISOString(),
    uptime: toUptime(now - connection.openedAtMs),
    idle: toUptime(now - connection.lastActivityAtMs),
    pending_bytes: connection.outgoing.pendingBytes,
    in_msgs: traffic.inMessages,
    out_msgs: traffic.outMessages,
    in_bytes: traffic.inBytes,
    out_bytes: traffic.outBytes,
    subscriptions: connection.subscriptions.size,
  };
  if (heartbeat.roundTripMs !== undefined) view.rtt = toGoDuration(heartbeat.roundTripMs);
  for (const field of ["name", "lang", "version"] as const) {
    if (options[field] !== "") view[field] = options[field];
  }
  const list = [...connection.subscriptions.values()];
  if (list.length > 0 && (subscriptions === "1" || subscriptions === "true")) {
    view.subscriptions_list = list.map(({ subject }) => toText(subject));
  }
  return view;
}

function subscriptionsOf({ accounts }: NatsServer): number {
  return accounts.reduce((sum, { sublist }) => sum + sublist.size, 0);
}
