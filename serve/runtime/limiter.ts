import type { LimiterRule } from "../product.ts";

/** Keys counted per period: a flood from ever new addresses must not fill the memory. */
const MAX_KEYS = 50_000;

/**
 * Cloudflare's rate limiting binding, which workerd lacks, within one process: allows `limit` calls
 * per key and period, with fixed periods.
 */
export class Limiter {
  readonly #limit: number;
  readonly #periodMs: number;
  readonly #counts = new Map<string, number>();
  #period = 0;

  constructor({ limit, periodS }: LimiterRule) {
    this.#limit = limit;
    this.#periodMs = periodS * 1000;
  }

  /** Counts one call. Refuses a new key once `MAX_KEYS` keys are counted. */
  async limit({ key }: { readonly key: string }): Promise<{ readonly success: boolean }> {
    const period = Math.floor(Date.now() / this.#periodMs);
    if (period !== this.#period) {
      this.#period = period;
      this.#counts.clear();
    }
    const count = (this.#counts.get(key) ?? 0) + 1;
    if (count > this.#limit) return { success: false };
    if (count === 1 && this.#counts.size >= MAX_KEYS) return { success: false };
    this.#counts.set(key, count);
    return { success: true };
  }
}
