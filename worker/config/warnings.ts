import { directGetSubject, type Feed } from "../../contract/feed.ts";
import { isMixedContent } from "../../contract/server.ts";
import { targetOf } from "../probe/target.ts";
import type { Auth } from "./auth.ts";

/** Warns about settings that work but are questionable, a line each: setting, reason, fix. No line contains a value. */
export function warningsOf(config: {
  readonly servers: readonly string[];
  readonly feeds: readonly Feed[];
  readonly auth: Auth;
  readonly publicUrl: string | null;
}): readonly string[] {
  const { servers, feeds, auth, publicUrl } = config;
  const warnings: readonly (readonly [applies: boolean, line: string])[] = [
    [
      servers.map(targetOf).some(({ isSecure, isAddress }) => isSecure && isAddress),
      "NATS_URL has an IP address in a wss:// URL, to which Cloudflare's edge can't connect: use a host name",
    ],
    [
      servers.some((server) => isMixedContent(server, publicUrl ?? "https:")),
      "NATS_URL has a ws:// server, to which a page served over https can't connect: use wss://",
    ],
    [
      auth.mode === "userpass" || auth.mode === "token",
      "AUTH_MODE hands out credentials that never expire and that the worker can't restrict: use a read-only user",
    ],
    [
      feeds.some((feed) => directGetSubject(feed).startsWith("$JS.")),
      "FEEDS reads a stream of the viewers' own account: the reply subject of a request lets a viewer send stored " +
        "messages to any subject of that account, so import Direct Get from another account as history.<stream>",
    ],
  ];
  return warnings.filter(([applies]) => applies).map(([, line]) => line);
}
