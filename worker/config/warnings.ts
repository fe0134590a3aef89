import { directGetOf, type Feed } from "../../contract/feed.ts";
import { isMixedContent } from "../../contract/server.ts";
import { targetOf } from "../probe/target.ts";
import type { Auth } from "./auth.ts";

/** What works and yet is doubtful, a line each: variable, why, what to do. No line holds a value. */
export function warningsOf(config: {
  readonly servers: readonly string[];
  readonly feeds: readonly Feed[];
  readonly auth: Auth;
  readonly publicUrl: string | null;
}): readonly string[] {
  const { servers, feeds, auth, publicUrl } = config;
  const doubts: readonly (readonly [isSo: boolean, line: string])[] = [
    [
      servers.map(targetOf).some(({ isSecure, isAddress }) => isSecure && isAddress),
      "NATS_URL names a wss:// server by its IP address, which Cloudflare's edge can't connect to: give its name",
    ],
    [
      servers.some((server) => isMixedContent(server, publicUrl ?? "https:")),
      "NATS_URL names a ws:// server, which a page that is opened over https can't connect to: give wss://",
    ],
    [
      auth.mode === "userpass" || auth.mode === "token",
      "AUTH_MODE hands out credentials that don't expire, and that the worker can't limit: give a read-only user",
    ],
    [
      feeds.some((feed) => directGetOf(feed).startsWith("$JS.")),
      "FEEDS reads a stream of the viewers' own account: by the reply subject of such a request a viewer can have " +
        "stored messages sent to any subject of it; let the viewers' account import it under history.<stream>",
    ],
  ];
  return doubts.filter(([isSo]) => isSo).map(([, line]) => line);
}
