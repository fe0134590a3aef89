/** A clock that says so much less than before isn't just put right. */
const SET_BACK_SECONDS = 5;

/** How many things happened in each of the last seconds; knows nothing of what they were. */
export class RateMeter {
  readonly #counts: number[];
  /** The second that the newest bucket stands for, in whole seconds since the epoch. */
  #second = 0;

  /** @param seconds how far back it remembers */
  constructor(seconds = 60) {
    this.#counts = new Array<number>(seconds).fill(0);
  }

  /** Counts one thing, or several, at `nowMs`. */
  count(nowMs: number, howMany = 1): void {
    this.#moveTo(nowMs);
    const slot = this.#second % this.#counts.length;
    this.#counts[slot] = (this.#counts[slot] ?? 0) + howMany;
  }

  /** The count of the last whole second: exact, where a smoothed figure would be a guess. */
  perSecond(nowMs: number): number {
    return this.history(nowMs, 1)[0] ?? 0;
  }

  /**
   * The counts of the last whole `seconds`, oldest first; the running second isn't among them. To read moves nothing:
   * a page that nobody looks at has a clock that stands.
   */
  history(nowMs: number, seconds = this.#counts.length - 1): number[] {
    const now = secondOf(nowMs);
    const counts: number[] = [];
    for (let back = Math.min(seconds, this.#counts.length - 1); back >= 1; back -= 1) {
      counts.push(this.#at(now - back));
    }
    return counts;
  }

  #at(second: number): number {
    const { length } = this.#counts;
    const isKept = second <= this.#second && second > this.#second - length;
    return isKept ? (this.#counts[second % length] ?? 0) : 0;
  }

  #moveTo(nowMs: number): void {
    const second = secondOf(nowMs);
    // A wall clock that was set back a little would otherwise empty the past; set back far, it would be waited for.
    if (second < this.#second - SET_BACK_SECONDS) {
      this.#counts.fill(0);
      this.#second = second;
    }
    if (second <= this.#second) return;
    const steps = Math.min(second - this.#second, this.#counts.length);
    for (let step = 0; step < steps; step += 1) {
      this.#counts[(second - step) % this.#counts.length] = 0;
    }
    this.#second = second;
  }
}

function secondOf(ms: number): number {
  return Math.floor(ms / 1000);
}
