/**
 * Limits the share of the page's time that decoding takes. At ordinary rates the budget never runs out. In a flood,
 * messages beyond the budget are counted without being decoded, so that the page stays responsive.
 */
export class DecodeBudget {
  readonly #share: number;
  readonly #mostMs: number;
  #leftMs: number;
  #lastMs = 0;

  /**
   * @param share the share of time that decoding may take, 0 to 1
   * @param mostMs the most unspent time that is saved, milliseconds: a machine that stalls while one message is
   *   decoded doesn't keep others from being decoded
   */
  constructor(share = 0.5, mostMs = 250) {
    this.#share = share;
    this.#mostMs = mostMs;
    this.#leftMs = mostMs;
  }

  /** Whether a message that arrives at `nowMs` may be decoded. `nowMs` comes from a steady clock. */
  allows(nowMs: number): boolean {
    this.#leftMs = Math.min(this.#mostMs, this.#leftMs + (nowMs - this.#lastMs) * this.#share);
    this.#lastMs = nowMs;
    return this.#leftMs > 0;
  }

  /** Takes the milliseconds that decoding took from the budget. */
  spend(tookMs: number): void {
    this.#leftMs -= tookMs;
  }
}
