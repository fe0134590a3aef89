import type { Environment } from "./settings.ts";

/** What the runtime hands to the worker: the bindings that `wrangler types` finds in wrangler.toml, and the settings, which stand nowhere there. */
export interface Env extends Cloudflare.Env, Environment {}
