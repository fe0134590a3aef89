import type { IncomingMessage } from "node:http";

/** Why a WebSocket upgrade is refused, as nats-server answers it. */
export interface UpgradeRefusal {
  readonly status: number;
  /** For the ledger; nats-server keeps it in its log too. */
  readonly reason: string;
}

/** Checks an upgrade request in nats-server's order (RFC 6455, section 4.2.1); undefined when it is in order. */
export function checkUpgrade(request: IncomingMessage): UpgradeRefusal | undefined {
  const { headers } = request;
  if (request.method !== "GET") return { status: 405, reason: "request method must be GET" };
  if (!headers.host) return { status: 400, reason: "'Host' missing in request" };
  if (!hasToken(headers.upgrade, "websocket"))
    return { status: 400, reason: "invalid value for header 'Upgrade'" };
  if (!hasToken(headers.connection, "upgrade")) {
    return { status: 400, reason: "invalid value for header 'Connection'" };
  }
  if (!isKey(headers["sec-websocket-key"])) return { status: 400, reason: "key missing" };
  if (!hasToken(headers["sec-websocket-version"], "13")) return { status: 400, reason: "invalid version" };
  return undefined;
}

function hasToken(header: string | undefined, wanted: string): boolean {
  return (header ?? "").split(",").some((token) => token.trim().toLowerCase() === wanted);
}

/** Sixteen bytes in base64 (RFC 6455, section 4.1). */
function isKey(key: string | undefined): boolean {
  return key !== undefined && /^[+/0-9A-Za-z]{22}==$/.test(key);
}
