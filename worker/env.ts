import type { Observatory } from "./observatory.ts";
import type { Settings } from "./settings.ts";

/** The worker's bindings (wrangler.toml). */
export interface Env extends Settings {
  /** The built page. */
  readonly ASSETS: Fetcher;
  readonly OBSERVATORY: DurableObjectNamespace<Observatory>;
}
