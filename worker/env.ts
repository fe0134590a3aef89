import type { Environment } from "./settings.ts";

/** The worker's environment: wrangler.toml's bindings, and the settings. */
export interface Env extends Cloudflare.Env, Environment {
  /** Finds the client's address when the worker doesn't run at Cloudflare. */
  readonly VISITORS?: { addressOf(request: Request): string };
}
