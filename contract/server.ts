import type { FaultKind } from "../client/faults/index.ts";

/** Faults that prove that the NATS server was reached: it refused the login or a request, or is full. */
export const REACHED_SERVER_FAULTS: ReadonlySet<FaultKind> = new Set<FaultKind>([
  "auth-required",
  "auth-rejected",
  "auth-expired",
  "auth-revoked",
  "permission",
  "max-connections",
  "too-many-subscriptions",
]);

/** `localhost`, its subdomains and the loopback addresses, as the URL parser spells them. */
const LOOPBACK = /^wss?:\/\/(?:(?:[^/:]+\.)?localhost|\[::1\]|127(?:\.\d+){3})(?=[:/]|$)/i;

/** Whether a server's URL points to the local machine. */
export function isOnThisMachine(server: string): boolean {
  return LOOPBACK.test(server);
}

/** Whether browsers block a page, given its address or protocol, from a server (W3C Mixed Content, section 4). */
export function isMixedContent(server: string, page: string): boolean {
  return page.startsWith("https:") && server.startsWith("ws:") && !isOnThisMachine(server);
}
