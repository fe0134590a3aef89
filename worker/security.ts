import type { Context } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { type Config, configOf } from "./config.ts";
import type { Env } from "./env.ts";

/**
 * Adds the security headers to every response, errors included. The page may connect only to its own origin, the
 * configured servers and the simulator's control (CSP Level 3).
 */
export const secured = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    // blob: is for images in messages, for which the page creates URLs.
    imgSrc: ["'self'", "data:", "blob:"],
    fontSrc: ["'self'"],
    manifestSrc: ["'self'"],
    connectSrc: [(c) => connectSources(configOrNull(c))],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: [(c) => configOrNull(c)?.embedOrigins.join(" ") || "'none'"],
  },
  permissionsPolicy: { camera: [], geolocation: [], microphone: [], payment: [], usb: [] },
  // Browsers ignore it over http (RFC 6797, section 8.1).
  strictTransportSecurity: "max-age=31536000",
  // The CSP says who may embed the page; the other headers are for obsolete browsers.
  xFrameOptions: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
});

function configOrNull({ env }: Context<{ Bindings: Env }>): Config | null {
  const result = configOf(env);
  return result.ok ? result.config : null;
}

function connectSources(config: Config | null): string {
  const control = config?.demo?.controlUrl;
  const addresses = [...(config?.servers ?? []), ...(control === undefined ? [] : [control])];
  return [...new Set(["'self'", ...addresses.map(sourceOf)])].join(" ");
}

/** A CSP source can't name an IPv6 address (CSP Level 3, host-source), so its scheme has to do. */
function sourceOf(address: string): string {
  const { protocol, host } = new URL(address);
  return host.startsWith("[") ? protocol : `${protocol}//${host}`;
}
