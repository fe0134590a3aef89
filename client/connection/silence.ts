import type { Clock } from "../options.ts";

/** A link that brings something at least this often, milliseconds, is busy: its silence says something. */
const BUSY_PAUSE_MS = 1000;

/** A busy link is asked for a sign of life after so many of its usual pauses … */
const PAUSES = 6;

/** … and never sooner than this, milliseconds. */
const SHORTEST_SILENCE_MS = 2000;

/** How much the newest pause counts in what is usual. */
const NEWEST_SHARE = 0.1;

/** Watches whether a busy link falls silent for longer than its pace explains. */
export class SilenceWatch {
  readonly #clock: Clock;
  readonly #quiet: () => void;
  #cancel: (() => void) | null = null;
  /** When something last came, epoch milliseconds; null before anything has … */
  #lastMs: number | null = null;
  /** … and how long the pauses between usually are, milliseconds; null before there was one. */
  #usualMs: number | null = null;

  /** @param quiet called when it has; after that not before something comes again */
  constructor(clock: Clock, quiet: () => void) {
    this.#clock = clock;
    this.#quiet = quiet;
  }

  /** Whether it is silent for longer than that by now. */
  get isTooLong(): boolean {
    const leftMs = this.#leftMs();
    return leftMs !== null && leftMs <= 0;
  }

  /** Something came. */
  note(): void {
    const nowMs = this.#clock.now();
    if (this.#lastMs !== null) {
      // A clock that was set back shows no pause.
      const pauseMs = Math.max(0, nowMs - this.#lastMs);
      this.#usualMs ??= pauseMs;
      this.#usualMs += NEWEST_SHARE * (pauseMs - this.#usualMs);
    }
    this.#lastMs = nowMs;
    if (this.#cancel === null) this.#watch();
  }

  /** Nothing is to be heard of it until something comes again. */
  end(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  /** How much longer its pace explains the silence, milliseconds; null where there is no pace to go by. */
  #leftMs(): number | null {
    if (this.#lastMs === null || this.#usualMs === null || this.#usualMs > BUSY_PAUSE_MS) return null;
    const nowMs = this.#clock.now();
    // A clock that was set back would have the rest of it waited for.
    this.#lastMs = Math.min(this.#lastMs, nowMs);
    // Whole milliseconds, as clocks have them: a rest of a fraction would be waited for again and again.
    return Math.ceil(Math.max(SHORTEST_SILENCE_MS, PAUSES * this.#usualMs)) - (nowMs - this.#lastMs);
  }

  #watch(): void {
    const leftMs = this.#leftMs();
    if (leftMs === null) return;
    if (leftMs <= 0) {
      this.#quiet();
      return;
    }
    this.#cancel = this.#clock.after(leftMs, () => {
      this.#cancel = null;
      this.#watch();
    });
  }
}
