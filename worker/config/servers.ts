import { isBlockedByBrowsers } from "./blocked-ports.ts";
import { isHostName } from "./origin.ts";
import type { SettingsReader } from "./settings-reader.ts";

/** A probe connects to all servers at once, and Workers allow six simultaneous connections. */
const MAX_SERVERS = 6;

const WEBSOCKET_FIX = "use the address of nats-server's `websocket` block, such as ws://127.0.0.1:9222";

/** The error for a URL of another scheme. */
const SCHEME_FIXES: Readonly<Record<string, readonly [message: string, fix: string]>> = {
  "http:": ["is an http:// URL", "use ws:// instead of http://"],
  "https:": ["is an https:// URL", "use wss:// instead of https://"],
  "nats:": ["is a nats:// URL, which browsers can't open", WEBSOCKET_FIX],
  "tls:": ["is a tls:// URL, which browsers can't open", WEBSOCKET_FIX.replace("ws:", "wss:")],
};

/** Reads NATS_URL. */
export function readServers(reader: SettingsReader): readonly string[] {
  const seen: string[] = [];
  for (const { entry, path } of reader.list("NATS_URL", WEBSOCKET_FIX)) {
    const wrong = checkServer(entry);
    const server = wrong === null ? normalized(new URL(entry)) : entry;
    if (wrong !== null) reader.report("NATS_URL", ...wrong, path);
    else if (seen.includes(server))
      reader.report("NATS_URL", "repeats another server", "list each server once", path);
    seen.push(server);
  }
  if (seen.length > MAX_SERVERS) {
    reader.report("NATS_URL", `lists ${seen.length} servers`, `list at most ${MAX_SERVERS}`);
  }
  return seen;
}

/** Makes `wss://h`, `WSS://H:443` and `wss://h/` equal: one server with one history. */
function normalized({ href, pathname }: URL): string {
  return pathname === "/" ? href.replace(/\/$/, "") : href;
}

/** What is wrong with a server's URL. Looks for credentials first, even in a text that can't be parsed. */
function checkServer(entry: string): readonly [message: string, fix: string] | null {
  if (entry === "") return ["is empty", "remove the extra comma"];
  if (entry.includes("@")) {
    return ["contains a user name or password", "remove it and the @, because the page is public"];
  }
  if (entry.includes("?")) {
    return ["contains a query string", "remove the ? and everything after it, because the page is public"];
  }
  if (/[\s;|]/.test(entry)) return ["contains characters that no URL has", "separate servers with commas"];
  if (!URL.canParse(entry)) return ["is not a URL", WEBSOCKET_FIX];
  const url = new URL(entry);
  // The URL parser reads `wss:h` and `wss:\\h` as wss://h; other readers of NATS_URL don't.
  if (!/^wss?:\/\//i.test(entry)) {
    return SCHEME_FIXES[url.protocol] ?? ["is not a WebSocket URL", "start it with ws:// or wss://"];
  }
  if (!isHostName(url.hostname)) {
    return ["contains characters that no host name has", "use host names or IP addresses, comma-separated"];
  }
  if (isBlockedByBrowsers(Number(url.port || 443))) {
    return [`uses port ${url.port}, which browsers block`, WEBSOCKET_FIX];
  }
  if (entry.includes("#")) return ["contains a #fragment", "remove the # and everything after it"];
  return null;
}
