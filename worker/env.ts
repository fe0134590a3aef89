import type { Observatory } from "./observatory.ts";
import type { Environment } from "./settings.ts";

/** The worker's bindings (wrangler.toml). */
export interface Env extends Environment {
  /** The built page. */
  readonly ASSETS: Fetcher;
  /** Limits token requests; without it none is answered. */
  readonly TOKEN_LIMITER?: RateLimit;
  readonly OBSERVATORY: DurableObjectNamespace<Observatory>;
}
