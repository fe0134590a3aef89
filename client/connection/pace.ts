/** A link that brings something at least this often, milliseconds, is busy: its silence says something. */
const BUSY_PAUSE_MS = 1000;

/** A busy link is asked for a sign of life after so many of its usual pauses … */
const PAUSES = 6;

/** … and never sooner than this, milliseconds. */
const SHORTEST_SILENCE_MS = 2000;

/** How much the newest pause counts in what is usual. */
const NEWEST_SHARE = 0.1;

/** How long the pauses in a link's traffic usually are, and so which silence is too long. */
export class Pace {
  #lastMs: number | null = null;
  #usualMs: number | null = null;

  /** Something came. */
  note(nowMs: number): void {
    if (this.#lastMs !== null) {
      // A clock that was set back shows no pause.
      const pauseMs = Math.max(0, nowMs - this.#lastMs);
      this.#usualMs =
        this.#usualMs === null ? pauseMs : this.#usualMs + NEWEST_SHARE * (pauseMs - this.#usualMs);
    }
    this.#lastMs = nowMs;
  }

  /** For how long nothing has come, milliseconds; 0 while nothing ever has. */
  silenceMs(nowMs: number): number {
    if (this.#lastMs === null) return 0;
    // A clock that was set back would have the rest of it waited for.
    this.#lastMs = Math.min(this.#lastMs, nowMs);
    return nowMs - this.#lastMs;
  }

  /** The longest silence that its pace explains, milliseconds; null where there is no pace to go by. */
  get limitMs(): number | null {
    if (this.#usualMs === null || this.#usualMs > BUSY_PAUSE_MS) return null;
    // Whole milliseconds, as clocks have them: a rest of a fraction would be waited for again and again.
    return Math.ceil(Math.max(SHORTEST_SILENCE_MS, PAUSES * this.#usualMs));
  }
}
