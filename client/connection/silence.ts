import type { Clock } from "../options.ts";

/** A link whose average pause is at most this long, milliseconds, is busy: only then does silence mean anything. */
const BUSY_PAUSE_MS = 1000;

/** A busy link is unusually silent after this many average pauses, but not before `MIN_SILENCE_MS`, milliseconds. */
const PAUSES = 6;
const MIN_SILENCE_MS = 2000;

/** Weight of the newest pause in the moving average. */
const NEWEST_WEIGHT = 0.1;

/** Detects when a busy link falls silent for unusually long. */
export class SilenceWatch {
  readonly #clock: Clock;
  readonly #onSilence: () => void;
  #cancel: (() => void) | null = null;
  /** Time of the last frame with a message, epoch milliseconds; null before the first. */
  #lastMs: number | null = null;
  /** Moving average of the pauses between messages, milliseconds; null before the second message. */
  #averagePauseMs: number | null = null;

  /** @param onSilence called once per unusual silence */
  constructor(clock: Clock, onSilence: () => void) {
    this.#clock = clock;
    this.#onSilence = onSilence;
  }

  /** Whether the current silence is unusually long. */
  get isTooLong(): boolean {
    const leftMs = this.#leftMs();
    return leftMs !== null && leftMs <= 0;
  }

  /** Records that a message came. */
  onMessage(): void {
    const nowMs = this.#clock.now();
    if (this.#lastMs !== null) {
      // The pause is negative if the wall clock was set back.
      const pauseMs = Math.max(0, nowMs - this.#lastMs);
      this.#averagePauseMs ??= pauseMs;
      this.#averagePauseMs += NEWEST_WEIGHT * (pauseMs - this.#averagePauseMs);
    }
    this.#lastMs = nowMs;
    if (this.#cancel === null) this.#watch();
  }

  /** Stops watching until the next message. */
  end(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  /** Time until the silence becomes unusual, milliseconds; null unless the link is busy. */
  #leftMs(): number | null {
    const averageMs = this.#averagePauseMs;
    if (this.#lastMs === null || averageMs === null || averageMs > BUSY_PAUSE_MS) return null;
    const nowMs = this.#clock.now();
    // If the wall clock was set back, the difference would be added to the wait.
    this.#lastMs = Math.min(this.#lastMs, nowMs);
    // Whole milliseconds, as clocks have: with a fraction left, the timer would be set again and again.
    return Math.ceil(Math.max(MIN_SILENCE_MS, PAUSES * averageMs)) - (nowMs - this.#lastMs);
  }

  #watch(): void {
    const leftMs = this.#leftMs();
    if (leftMs === null) return;
    if (leftMs <= 0) {
      this.#onSilence();
      return;
    }
    this.#cancel = this.#clock.after(leftMs, () => {
      this.#cancel = null;
      this.#watch();
    });
  }
}
