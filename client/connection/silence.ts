import type { Clock } from "../options.ts";
import { Pace } from "./pace.ts";

/** Watches whether a busy link falls silent for longer than its pace explains. */
export class SilenceWatch {
  readonly #pace = new Pace();
  readonly #clock: Clock;
  readonly #quiet: () => void;
  #cancel: (() => void) | null = null;
  #hasEnded = false;

  /** @param quiet called when it has; after that not before something comes again */
  constructor(clock: Clock, quiet: () => void) {
    this.#clock = clock;
    this.#quiet = quiet;
  }

  /** Whether it is silent for longer than that by now. */
  get isTooLong(): boolean {
    const { limitMs } = this.#pace;
    return limitMs !== null && this.#pace.silenceMs(this.#clock.now()) >= limitMs;
  }

  /** Something came. */
  note(): void {
    this.#pace.note(this.#clock.now());
    if (this.#cancel === null) this.#watch(this.#pace.limitMs);
  }

  /** Nothing is to be heard of it any more. */
  end(): void {
    this.#hasEnded = true;
    this.#cancel?.();
    this.#cancel = null;
  }

  #watch(delayMs: number | null): void {
    if (delayMs === null || this.#hasEnded) return;
    this.#cancel = this.#clock.after(delayMs, () => {
      this.#cancel = null;
      const { limitMs } = this.#pace;
      if (limitMs === null) return;
      const leftMs = limitMs - this.#pace.silenceMs(this.#clock.now());
      if (leftMs > 0) this.#watch(leftMs);
      else this.#quiet();
    });
  }
}
