import type { IncomingMessage } from "node:http";
import { parseUrl } from "../url.ts";

/** Why a WebSocket upgrade is refused, as nats-server answers it. */
export interface UpgradeRefusal {
  readonly status: number;
  /** For the events; nats-server keeps it in its log too. */
  readonly reason: string;
}

/** Which pages may connect (`same_origin`, `allowed_origins`); a request without an Origin always may. */
export interface OriginPolicy {
  readonly sameOrigin: boolean;
  /** Origins like `https://example.com`; an empty list sets no bound. */
  readonly allowed: readonly string[];
}

/** Paths that belong to protocols which the simulator doesn't speak. */
const FOREIGN_PATHS = ["/mqtt", "/leafnode"];

/** Checks an upgrade request in nats-server's order (RFC 6455, section 4.2.1); undefined when it is in order. */
export function checkUpgrade(request: IncomingMessage, policy: OriginPolicy): UpgradeRefusal | undefined {
  const { headers } = request;
  const path = request.url ?? "/";
  if (FOREIGN_PATHS.some((foreign) => path.startsWith(foreign)))
    return { status: 404, reason: `no ${path} here` };
  if (request.method !== "GET") return { status: 405, reason: "request method must be GET" };
  if (!headers.host) return { status: 400, reason: "'Host' missing in request" };
  if (!hasToken(headers.upgrade, "websocket"))
    return { status: 400, reason: "invalid value for header 'Upgrade'" };
  if (!hasToken(headers.connection, "upgrade")) {
    return { status: 400, reason: "invalid value for header 'Connection'" };
  }
  if (!isKey(headers["sec-websocket-key"])) return { status: 400, reason: "key missing" };
  if (!hasToken(headers["sec-websocket-version"], "13")) return { status: 400, reason: "invalid version" };
  if (!isOriginAllowed(request, policy)) return { status: 403, reason: "origin not allowed" };
  return undefined;
}

function isOriginAllowed(
  { headers, socket }: IncomingMessage,
  { sameOrigin, allowed }: OriginPolicy,
): boolean {
  const { origin } = headers;
  if (origin === undefined || (!sameOrigin && allowed.length === 0)) return true;
  const given = parseOrigin(origin);
  if (given === undefined) return false;
  const scheme = "encrypted" in socket ? "https" : "http";
  if (sameOrigin && given.host !== parseOrigin(`${scheme}://${headers.host}`)?.host) return false;
  return allowed.length === 0 || allowed.some((one) => isSameOrigin(parseOrigin(one), given));
}

interface Origin {
  readonly scheme: string;
  /** With its port, the scheme's own if none was given. */
  readonly host: string;
}

function parseOrigin(text: string): Origin | undefined {
  const url = parseUrl(text);
  if (url === undefined || url.hostname === "") return undefined;
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return { scheme: url.protocol, host: `${url.hostname.toLowerCase()}:${port}` };
}

function isSameOrigin(wanted: Origin | undefined, given: Origin): boolean {
  return wanted?.scheme === given.scheme && wanted.host === given.host;
}

function hasToken(header: string | undefined, wanted: string): boolean {
  return (header ?? "").split(",").some((token) => token.trim().toLowerCase() === wanted);
}

/** Sixteen bytes in base64 (RFC 6455, section 4.1). */
function isKey(key: string | undefined): boolean {
  return key !== undefined && /^[+/0-9A-Za-z]{22}==$/.test(key);
}
