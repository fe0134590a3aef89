import type { Context } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { type Config, configOf } from "./config.ts";
import type { Env } from "./env.ts";

/**
 * Puts the security headers on every answer, failures included. The page may talk to its own origin, the configured
 * servers and the simulator's control, and to nobody else (CSP Level 3).
 */
export const secured = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    // blob: is a picture that came as a message: the page makes its address.
    imgSrc: ["'self'", "data:", "blob:"],
    fontSrc: ["'self'"],
    manifestSrc: ["'self'"],
    connectSrc: [(c) => reachable(configured(c))],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: [(c) => configured(c)?.embedOrigins.join(" ") || "'none'"],
  },
  permissionsPolicy: { camera: [], geolocation: [], microphone: [], payment: [], usb: [] },
  // Browsers heed it over https only (RFC 6797, section 8.1).
  strictTransportSecurity: "max-age=31536000",
  // The policy says who may embed the page, and the rest is for browsers that nobody has.
  xFrameOptions: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
});

function configured({ env }: Context<{ Bindings: Env }>): Config | null {
  const result = configOf(env);
  return result.ok ? result.config : null;
}

function reachable(config: Config | null): string {
  const control = config?.demo?.controlUrl;
  const addresses = [...(config?.servers ?? []), ...(control === undefined ? [] : [control])];
  return [...new Set(["'self'", ...addresses.map(sourceOf)])].join(" ");
}

/** A CSP source can't name an IPv6 address (CSP Level 3, host-source): there its scheme must do. */
function sourceOf(address: string): string {
  const { protocol, host } = new URL(address);
  return host.startsWith("[") ? protocol : `${protocol}//${host}`;
}
