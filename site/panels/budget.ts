/**
 * How much of the page's time decoding may take. At ordinary rates it is never
 * spent; in a flood what lies beyond it is counted without being decoded, so
 * that the page goes on answering its reader.
 */
export class DecodeBudget {
  readonly #share: number;
  readonly #mostMs: number;
  #leftMs: number;
  #lastMs = 0;

  /**
   * @param share of the time that passes, 0 to 1, may be spent
   * @param mostMs is kept of what wasn't spent: a machine that halts for a moment while one message is decoded costs no
   *   other one
   */
  constructor(share = 0.5, mostMs = 250) {
    this.#share = share;
    this.#mostMs = mostMs;
    this.#leftMs = mostMs;
  }

  /** Whether a message that arrives at `nowMs` may be decoded. */
  allows(nowMs: number): boolean {
    this.#leftMs = Math.min(this.#mostMs, this.#leftMs + (nowMs - this.#lastMs) * this.#share);
    this.#lastMs = nowMs;
    return this.#leftMs > 0;
  }

  /** Notes that decoding took `tookMs`. */
  spend(tookMs: number): void {
    this.#leftMs -= tookMs;
  }
}
