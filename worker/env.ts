import type { Environment } from "./settings.ts";

/** What the runtime hands to the worker: the bindings that `wrangler types` finds in wrangler.toml, and the settings, which stand nowhere there. */
export interface Env extends Cloudflare.Env, Environment {
  /** Tells whose request it is, where the worker doesn't run at Cloudflare. */
  readonly VISITORS?: { addressOf(request: Request): string };
}
