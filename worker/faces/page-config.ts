import { DEFAULT_TUNABLES } from "../../client/index.ts";
import type { PageAuth, PageConfig } from "../../contract/page-config.ts";
import type { Config } from "../config.ts";

/** Picks what the page may know. */
export function pageConfig({ name, servers, feeds, auth, demo }: Config): PageConfig {
  return { name, servers, feeds, auth: pageAuth(auth), reconnect: DEFAULT_TUNABLES.reconnect, demo };
}

function pageAuth(auth: Config["auth"]): PageAuth {
  if (auth.mode === "none") return { mode: "none", gate: null, tokenLifetimeMs: null };
  const tokenLifetimeMs = auth.mode === "jwt" ? auth.lifetimeMs : null;
  return { mode: auth.mode, gate: auth.gate.kind, tokenLifetimeMs };
}
