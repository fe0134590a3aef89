import { DEFAULT_TUNABLES, type ReconnectOptions } from "../../client/index.ts";
import type { Config } from "../config.ts";
import type { Feed } from "../feeds.ts";

/** How the page gets credentials: from whom, against what proof, for how long. */
export interface PageAuth {
  readonly mode: Config["auth"]["mode"];
  /** What `POST /api/token` wants; null when there is nothing to ask for. */
  readonly gate: "public" | "passphrase" | "access" | null;
  /** How long a token lives, milliseconds; null when it doesn't expire. */
  readonly tokenLifetimeMs: number | null;
}

/** What the page is told: an allow-list, so that nothing else of the environment ever leaves. */
export interface PageConfig {
  readonly name: string;
  readonly servers: readonly string[];
  readonly feeds: readonly Feed[];
  readonly auth: PageAuth;
  readonly reconnect: ReconnectOptions;
  /** The simulator's fault control; null outside `npm start`'s demo. */
  readonly demo: { readonly controlUrl: string } | null;
}

/** Picks what the page may know. */
export function pageConfig({ name, servers, feeds, auth, demo }: Config): PageConfig {
  return { name, servers, feeds, auth: pageAuth(auth), reconnect: DEFAULT_TUNABLES.reconnect, demo };
}

function pageAuth(auth: Config["auth"]): PageAuth {
  if (auth.mode === "none") return { mode: "none", gate: null, tokenLifetimeMs: null };
  const tokenLifetimeMs = auth.mode === "jwt" ? auth.lifetimeMs : null;
  return { mode: auth.mode, gate: auth.gate.kind, tokenLifetimeMs };
}
