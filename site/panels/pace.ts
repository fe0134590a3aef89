import { setBackMs } from "../ui/clock.ts";

/** How much the newest interval weighs: the usual pace follows within about twenty events. */
const WEIGHT = 0.1;
/** A feed is stale when it is quiet for this many times its usual interval … */
const STALE_INTERVALS = 5;
/** … and for at least this long: a burst's pace is nobody's usual pace. */
const STALE_MS = 10_000;

/** How often a feed's events usually come: quiet is not dead, but it can be unusual. */
export class Pace {
  /** By a time that never goes back: what came stays as long ago as it is. */
  #lastAtMs: number | null = null;
  #usualMs: number | null = null;

  /** When the last event came, epoch milliseconds. */
  get lastAtMs(): number | null {
    return this.#lastAtMs === null ? null : this.#lastAtMs - setBackMs();
  }

  /** The usual time between two events, milliseconds; null before there were two. */
  get usualMs(): number | null {
    return this.#usualMs;
  }

  /** Notes an event. */
  note(wallMs: number): void {
    const atMs = wallMs + setBackMs();
    if (this.#lastAtMs !== null) {
      const interval = Math.max(0, atMs - this.#lastAtMs);
      this.#usualMs = this.#usualMs === null ? interval : this.#usualMs + WEIGHT * (interval - this.#usualMs);
    }
    this.#lastAtMs = atMs;
  }

  /** Whether it has been quiet for longer than is usual here. */
  isStale(nowMs: number): boolean {
    const { lastAtMs } = this;
    if (lastAtMs === null || this.#usualMs === null) return false;
    return nowMs - lastAtMs > Math.max(STALE_MS, STALE_INTERVALS * this.#usualMs);
  }
}
