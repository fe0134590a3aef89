import type { Observatory } from "./observatory.ts";
import type { Environment } from "./settings.ts";

/** The worker's bindings (wrangler.toml). */
export interface Env extends Environment {
  /** The built page. */
  readonly ASSETS: Fetcher;
  /** Limits token requests of each network; without it none is answered. */
  readonly TOKEN_LIMITER?: RateLimit;
  /** Limits wrong passphrases, of each network and in sum; without them none is looked at. */
  readonly GUESS_LIMITER?: RateLimit;
  readonly GUESS_SUM_LIMITER?: RateLimit;
  readonly OBSERVATORY: DurableObjectNamespace<Observatory>;
}
