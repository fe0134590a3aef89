import type { FaultKind } from "../client/faults/index.ts";

/** Faults that only a NATS server which was reached can cause: it refuses a login, or a part of what is asked of it, or is full. */
export const SERVER_WAS_REACHED: ReadonlySet<FaultKind> = new Set<FaultKind>([
  "auth-required",
  "auth-rejected",
  "auth-expired",
  "auth-revoked",
  "permission",
  "max-connections",
  "too-many-subscriptions",
]);

/** `localhost`, names below it and the loopback addresses, in the URL parser's spelling. */
const HERE = /^wss?:\/\/(?:(?:[^/:]+\.)?localhost|\[::1\]|127(?:\.\d+){3})(?=[:/]|$)/i;

/** Whether a server's URL leads to the machine that reads it, and so needs no network. */
export function isOnThisMachine(server: string): boolean {
  return HERE.test(server);
}

/** Whether browsers keep a page of such an address, or protocol, from such a server (W3C Mixed Content, section 4). */
export function isMixedContent(server: string, page: string): boolean {
  return page.startsWith("https:") && server.startsWith("ws:") && !isOnThisMachine(server);
}
