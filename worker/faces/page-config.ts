import { DEFAULT_TUNABLES, type ReconnectOptions } from "../../client/index.ts";
import type { Config } from "../config.ts";
import type { Feed } from "../feeds.ts";

/** What the page is told: an allow-list, so that nothing else of the environment ever leaves. */
export interface PageConfig {
  readonly name: string;
  readonly servers: readonly string[];
  readonly feeds: readonly Feed[];
  readonly auth: { readonly mode: "none" };
  readonly reconnect: ReconnectOptions;
  /** The simulator's fault control; null outside `npm start`'s demo. */
  readonly demo: { readonly controlUrl: string } | null;
}

/** Picks what the page may know. */
export function pageConfig({ name, servers, feeds, demo }: Config): PageConfig {
  return { name, servers, feeds, auth: { mode: "none" }, reconnect: DEFAULT_TUNABLES.reconnect, demo };
}
