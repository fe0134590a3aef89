import type { Observatory } from "./observatory.ts";
import type { Settings } from "./settings.ts";

/** The worker's bindings (wrangler.toml). */
export interface Env extends Settings {
  /** The built page. */
  readonly ASSETS: Fetcher;
  /** Limits token requests; without it none is answered. */
  readonly TOKEN_LIMITER?: RateLimit;
  readonly OBSERVATORY: DurableObjectNamespace<Observatory>;
}
