import { setBackMs } from "../ui/clock.ts";

/** How many things happened in each of the last seconds; knows nothing of what they were. */
export class RateMeter {
  readonly #seconds: number;
  /** By whole seconds of a time that never goes back, the oldest first. */
  readonly #counts = new Map<number, number>();
  #newest = 0;

  /** @param seconds how far back it remembers, the running second among them */
  constructor(seconds: number) {
    this.#seconds = seconds;
  }

  /** Counts one thing at `nowMs`. */
  count(nowMs: number): void {
    // A wall clock that is put right a little would otherwise empty the past.
    this.#newest = Math.max(secondOf(nowMs), this.#newest);
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

  #at(second: number): number {
    return this.#counts.get(second) ?? 0;
  }
}

/** How long ago something was counted doesn't change with the clock. */
function secondOf(ms: number): number {
  return Math.floor((ms + setBackMs()) / 1000);
}
