const BUCKET_MS = 1000;

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

  /** The counts of the last whole `seconds`, oldest first; the running second isn't among them. */
  history(nowMs: number, seconds = this.#counts.length - 1): number[] {
    this.#moveTo(nowMs);
    const length = this.#counts.length;
    const counts: number[] = [];
    for (let back = Math.min(seconds, length - 1); back >= 1; back -= 1) {
      counts.push(this.#counts[(this.#second - back + length) % length] ?? 0);
    }
    return counts;
  }

  #moveTo(nowMs: number): void {
    const second = Math.floor(nowMs / BUCKET_MS);
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
