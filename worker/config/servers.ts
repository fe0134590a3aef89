import { isBlockedByBrowsers } from "./blocked-ports.ts";
import { isHostName } from "./origin.ts";
import type { Reading } from "./reading.ts";

/** One observation opens a connection to each; Workers allow six at a time. */
const MAX_SERVERS = 6;

const WEBSOCKET_PORT_FIX = "give the port of nats-server's `websocket` block, such as ws://127.0.0.1:9222";

/** What to give instead of a URL of another scheme. */
const SCHEME_FIXES: Readonly<Record<string, readonly [message: string, fix: string]>> = {
  "http:": ["is an http:// URL", "give ws:// instead of http://"],
  "https:": ["is an https:// URL", "give wss:// instead of https://"],
  "nats:": ["is a nats:// URL", `browsers can't speak raw NATS: ${WEBSOCKET_PORT_FIX}`],
  "tls:": ["is a tls:// URL", `browsers can't speak raw NATS: ${WEBSOCKET_PORT_FIX.replace("ws:", "wss:")}`],
};

/** The servers of NATS_URL. */
export function readServers(reading: Reading): readonly string[] {
  const seen: string[] = [];
  for (const { entry, path } of reading.list("NATS_URL", WEBSOCKET_PORT_FIX)) {
    const wrong = checkServer(entry);
    const server = wrong === null ? spelt(new URL(entry)) : entry;
    if (wrong !== null) reading.wrong("NATS_URL", ...wrong, path);
    else if (seen.includes(server))
      reading.wrong("NATS_URL", "repeats another", "name each server once", path);
    seen.push(server);
  }
  if (seen.length > MAX_SERVERS) {
    reading.wrong("NATS_URL", `names ${seen.length} servers`, `give at most ${MAX_SERVERS}`);
  }
  return seen;
}

/** `wss://h`, `WSS://H:443` and `wss://h/` are one server, with one history. */
function spelt({ href, pathname }: URL): string {
  return pathname === "/" ? href.replace(/\/$/, "") : href;
}

/** What is wrong with a server's address. The worst is looked for first, and whether or not it can be parsed. */
function checkServer(entry: string): readonly [message: string, fix: string] | null {
  if (entry === "") return ["is empty", "remove the extra comma"];
  if (entry.includes("@")) {
    return ["carries a user or password", "remove what stands before the @: the page is public"];
  }
  if (entry.includes("?")) {
    return ["carries a query", "remove what stands after the ?: the page is public"];
  }
  if (/[\s;|]/.test(entry)) return ["has characters that no address has", "separate servers by commas"];
  if (!URL.canParse(entry)) return ["is not a URL", WEBSOCKET_PORT_FIX];
  const url = new URL(entry);
  // The parser takes `wss:h` and `wss:\\h` for wss://h; whoever reads them elsewhere doesn't.
  if (!/^wss?:\/\//i.test(entry)) {
    return SCHEME_FIXES[url.protocol] ?? ["is no WebSocket URL", "start it with ws:// or wss://"];
  }
  if (!isHostName(url.hostname)) {
    return [
      "has characters that no host name has",
      "give a name or an address, and separate servers by commas",
    ];
  }
  if (isBlockedByBrowsers(Number(url.port || 443))) {
    return [`has port ${url.port}, to which no browser connects`, WEBSOCKET_PORT_FIX];
  }
  if (entry.includes("#")) return ["has a #fragment", "remove what stands after the #"];
  return null;
}
