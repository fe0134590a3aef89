import type { ServerContext } from "./context.ts";
import { API_LEVEL, NATS_VERSION } from "./identity.ts";
import type { ListenerName } from "./listeners/transport.ts";

/** The client-specific part of an INFO. */
export interface InfoClient {
  readonly id: number;
  readonly listener: ListenerName;
  readonly remoteAddress: string;
  readonly maxPayloadBytes: number;
  /** Fields of the first INFO, or of the INFO after CONNECT; undefined for any other INFO. */
  readonly own: Greeting | Answer | undefined;
}

interface Greeting {
  /** Nonce to sign; empty for none. */
  readonly nonce: string;
}

/** Fields for a client that has connected. */
interface Answer {
  readonly accountName: string;
}

/** The INFO line for one client, field by field as nats-server 2.15 sends it. */
export function infoLine(server: ServerContext, client: InfoClient): string {
  const { identity, settings } = server;
  const endpoint = server.endpoints.get(client.listener);
  const isSecure = settings.tls[client.listener] !== undefined;
  const info = {
    server_id: identity.serverId,
    server_name: identity.serverName,
    version: NATS_VERSION,
    proto: 1,
    go: process.version,
    host: endpoint?.host ?? settings.host,
    port: endpoint?.port ?? 0,
    headers: true,
    ...(server.authenticator.demand === "nothing" ? {} : { auth_required: true }),
    ...(isSecure ? { tls_required: true } : {}),
    // nats-server sends this to WebSocket clients only.
    ...(isSecure && client.listener === "websocket" ? { tls_available: true } : {}),
    max_payload: client.maxPayloadBytes,
    ...(settings.streams.length === 0 ? {} : { jetstream: true }),
    client_id: client.id,
    client_ip: client.remoteAddress,
    ...ownFields(client.own),
    api_lvl: API_LEVEL,
    xkey: identity.exchangeKey,
    ...server.conditions.info,
  };
  return `INFO ${JSON.stringify(info)} \r\n`;
}

function ownFields(own: InfoClient["own"]): Record<string, unknown> {
  if (own === undefined) return {};
  if ("accountName" in own) return { connect_info: true, remote_account: own.accountName };
  return own.nonce === "" ? {} : { nonce: own.nonce };
}
