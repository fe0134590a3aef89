import type { PageAuth, PageConfig } from "../../contract/page-config.ts";
import type { Config } from "../config.ts";

/** Picks the settings that the page may know. */
export function pageConfig(config: Config): PageConfig {
  const { name, about, live, servers, feeds, explore, embedOrigins, auth, demo } = config;
  return { name, about, live, servers, feeds, explore, embedOrigins, demo, auth: pageAuth(auth) };
}

function pageAuth(auth: Config["auth"]): PageAuth {
  if (auth.mode === "none") return { mode: "none", gate: null, tokenLifetimeMs: null };
  const tokenLifetimeMs = auth.mode === "jwt" ? auth.lifetimeMs : null;
  return { mode: auth.mode, gate: auth.gate.kind, tokenLifetimeMs };
}
