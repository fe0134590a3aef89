/** A clock that says so much less than before isn't just put right. */
const SET_BACK_SECONDS = 5;

/** How many things happened in each of the last seconds; knows nothing of what they were. */
export class RateMeter {
  readonly #seconds: number;
  /** By whole seconds since the epoch, the oldest first. */
  readonly #counts = new Map<number, number>();
  #newest = 0;

  /** @param seconds how far back it remembers, the running second among them */
  constructor(seconds: number) {
    this.#seconds = seconds;
  }

  /** Counts one thing at `nowMs`. */
  count(nowMs: number): void {
    const second = secondOf(nowMs);
    // A wall clock that was set back a little would otherwise empty the past; set back far, it would be waited for.
    const isSetBack = second < this.#newest - SET_BACK_SECONDS;
    if (isSetBack) this.#moveBefore(second);
    this.#newest = isSetBack ? second : Math.max(second, this.#newest);
    this.#counts.set(this.#newest, this.#at(this.#newest) + 1);
    for (const past of this.#counts.keys()) {
      if (past > this.#newest - this.#seconds) break;
      this.#counts.delete(past);
    }
  }

  /** The count of the last whole second: exact, where a smoothed figure would be a guess. */
  perSecond(nowMs: number): number {
    return this.#at(secondOf(nowMs) - 1);
  }

  /**
   * The counts of the last whole seconds, oldest first; the running second isn't among them. To read moves nothing:
   * a page that nobody looks at has a clock that stands.
   */
  history(nowMs: number): number[] {
    const length = this.#seconds - 1;
    const first = secondOf(nowMs) - length;
    return Array.from({ length }, (_, index) => this.#at(first + index));
  }

  /** Takes what was counted along with the clock: how long ago it was hasn't changed. */
  #moveBefore(second: number): void {
    const counted = [...this.#counts];
    this.#counts.clear();
    for (const [at, count] of counted) this.#counts.set(at - this.#newest + second - 1, count);
  }

  #at(second: number): number {
    return this.#counts.get(second) ?? 0;
  }
}

function secondOf(ms: number): number {
  return Math.floor(ms / 1000);
}
