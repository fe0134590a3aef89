import { setBackMs } from "../ui/clock.ts";

/** Weight of the newest interval in the average, which follows a new pace within about twenty events. */
const WEIGHT = 0.1;
/** A feed is stale once it was quiet for this many usual intervals … */
const STALE_INTERVALS = 5;
/** … and at least this long, milliseconds: within a burst the usual interval is too short to judge by. */
const STALE_MS = 10_000;

/** Measures how often a feed's events come, to tell when it has been quiet for unusually long. */
export class Pace {
  /** By a time that never goes back, so that the age of the last event stays true when the clock is set back. */
  #lastAtMs: number | null = null;
  #usualMs: number | null = null;

  /** Time of the last event, epoch milliseconds; null before the first. */
  get lastAtMs(): number | null {
    return this.#lastAtMs === null ? null : this.#lastAtMs - setBackMs();
  }

  /** The usual time between two events, milliseconds; null before the second event. */
  get usualMs(): number | null {
    return this.#usualMs;
  }

  /** Notes an event at this time, epoch milliseconds. */
  note(wallMs: number): void {
    const atMs = wallMs + setBackMs();
    if (this.#lastAtMs !== null) {
      const interval = Math.max(0, atMs - this.#lastAtMs);
      this.#usualMs = this.#usualMs === null ? interval : this.#usualMs + WEIGHT * (interval - this.#usualMs);
    }
    this.#lastAtMs = atMs;
  }

  /** Whether the feed has been quiet for unusually long. */
  isStale(nowMs: number): boolean {
    const { lastAtMs } = this;
    if (lastAtMs === null || this.#usualMs === null) return false;
    return nowMs - lastAtMs > Math.max(STALE_MS, STALE_INTERVALS * this.#usualMs);
  }
}
