import type { IncomingMessage } from "node:http";
import { parseUrl } from "../url.ts";

/** Paths of protocols that the simulator doesn't support. */
const FOREIGN_PATHS = ["/mqtt", "/leafnode"];

/**
 * Checks an upgrade request in nats-server's order (RFC 6455, section 4.2.1).
 * @param allowed origins of pages that may connect; empty for all
 * @returns nats-server's status for a refused request; undefined for a valid one
 */
export function refusalOf(request: IncomingMessage, allowed: readonly string[]): number | undefined {
  const { headers, method, url = "/" } = request;
  if (FOREIGN_PATHS.some((foreign) => url.startsWith(foreign))) return 404;
  if (method !== "GET") return 405;
  const isUpgrade =
    !!headers.host &&
    hasToken(headers.upgrade, "websocket") &&
    hasToken(headers.connection, "upgrade") &&
    isKey(headers["sec-websocket-key"]) &&
    hasToken(headers["sec-websocket-version"], "13");
  if (!isUpgrade) return 400;
  return isOriginAllowed(headers.origin, allowed) ? undefined : 403;
}

/** Requests without an Origin are allowed: they don't come from a page. */
function isOriginAllowed(origin: string | undefined, allowed: readonly string[]): boolean {
  if (origin === undefined || allowed.length === 0) return true;
  const given = parseOrigin(origin);
  return given !== undefined && allowed.some((one) => isSameOrigin(parseOrigin(one), given));
}

interface Origin {
  readonly scheme: string;
  /** Host and port; the port defaults to the scheme's. */
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
