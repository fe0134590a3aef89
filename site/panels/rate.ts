import { setBackMs } from "../ui/clock.ts";

/** Counts events in each of the last seconds. */
export class RateMeter {
  readonly #seconds: number;
  /** By whole seconds of a time that never goes back, oldest first. */
  readonly #counts = new Map<number, number>();
  #newest = 0;

  /** @param seconds how many seconds are kept, the current one included */
  constructor(seconds: number) {
    this.#seconds = seconds;
  }

  /** Counts one event at `nowMs`. */
  count(nowMs: number): void {
    // Without the maximum, a small correction of the wall clock would clear the past.
    this.#newest = Math.max(secondOf(nowMs), this.#newest);
    this.#counts.set(this.#newest, this.#at(this.#newest) + 1);
    for (const past of this.#counts.keys()) {
      if (past > this.#newest - this.#seconds) break;
      this.#counts.delete(past);
    }
  }

  /** The exact count of the last whole second. */
  perSecond(nowMs: number): number {
    return this.#at(secondOf(nowMs) - 1);
  }

  /**
   * The counts of the last whole seconds, oldest first. Reading deletes nothing, since the clock of a hidden page may
   * stand still.
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

/** The second of a time that never goes back: the age of a count stays true when the clock is set back. */
function secondOf(ms: number): number {
  return Math.floor((ms + setBackMs()) / 1000);
}
