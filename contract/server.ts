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
