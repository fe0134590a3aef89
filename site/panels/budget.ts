/**
 * How much of the page's time decoding may take. At ordinary rates it is never
 * spent; in a flood what lies beyond it is counted without being decoded, so
 * that the page goes on answering its reader.
 */
export class DecodeBudget {
  readonly #shareMs: number;
  readonly #windowMs: number;
  #windowStartMs = 0;
  #spentMs = 0;

  /** @param shareMs the most that may be spent in each `windowMs` */
  constructor(shareMs = 50, windowMs = 100) {
    this.#shareMs = shareMs;
    this.#windowMs = windowMs;
  }

  /** Whether a message that arrives at `nowMs` may be decoded. */
  allows(nowMs: number): boolean {
    if (nowMs - this.#windowStartMs >= this.#windowMs) {
      this.#windowStartMs = nowMs;
      this.#spentMs = 0;
    }
    return this.#spentMs < this.#shareMs;
  }

  /** Notes that decoding took `tookMs`. */
  spend(tookMs: number): void {
    this.#spentMs += tookMs;
  }
}
