import type { IncomingMessage } from "node:http";
import { parseUrl } from "../url.ts";

/** Which pages may connect (`same_origin`, `allowed_origins`); a request without an Origin always may. */
export interface OriginPolicy {
  readonly sameOrigin: boolean;
  /** Origins like `https://example.com`; an empty list sets no bound. */
  readonly allowed: readonly string[];
}

/** Paths that belong to protocols which the simulator doesn't speak. */
const FOREIGN_PATHS = ["/mqtt", "/leafnode"];

/**
 * Checks an upgrade request in nats-server's order (RFC 6455, section 4.2.1).
 * @returns the status that refuses it, as nats-server answers; undefined when it is in order
 */
export function refusalOf(request: IncomingMessage, policy: OriginPolicy): number | undefined {
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
  return isOriginAllowed(request, policy) ? undefined : 403;
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
