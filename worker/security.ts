import type { MiddlewareHandler } from "hono";
import type { Config } from "./config.ts";
import { configOf } from "./config.ts";
import type { Env } from "./env.ts";

/** On every answer, whatever it is. */
const FIXED_HEADERS: Readonly<Record<string, string>> = {
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  // Browsers heed it over https only (RFC 6797, section 8.1).
  "Strict-Transport-Security": "max-age=31536000",
};

/** Puts the security headers on every answer, failures included. */
export const secured: MiddlewareHandler<{ Bindings: Env }> = async (c, next) => {
  await next();
  const result = configOf(c.env);
  const policy = contentSecurityPolicy(result.ok ? result.config : null);
  // Answers of the asset binding have headers that can't be changed.
  c.res = new Response(c.res.body, c.res);
  for (const [name, value] of Object.entries(FIXED_HEADERS)) c.res.headers.set(name, value);
  c.res.headers.set("Content-Security-Policy", policy);
};

/** The page may talk to its own origin, the configured servers and the simulator's control, and to nobody else (CSP Level 3). */
export function contentSecurityPolicy(
  config: Pick<Config, "servers" | "embedOrigins" | "demo"> | null,
): string {
  const control = config?.demo?.controlUrl;
  const reachable = [...(config?.servers ?? []), ...(control === undefined ? [] : [control])];
  const sources = [...new Set(["'self'", ...reachable.map(sourceOf)])];
  const embedders = config?.embedOrigins ?? [];
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "manifest-src 'self'",
    `connect-src ${sources.join(" ")}`,
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${embedders.length === 0 ? "'none'" : embedders.join(" ")}`,
  ].join("; ");
}

/** A CSP source can't name an IPv6 address (CSP Level 3, host-source): there its scheme must do. */
function sourceOf(address: string): string {
  const { protocol, host } = new URL(address);
  return host.startsWith("[") ? protocol : `${protocol}//${host}`;
}
