import type { Clock } from "../options.ts";
import { Pace } from "./pace.ts";

/** Watches whether a busy link falls silent for longer than its pace explains. */
export class SilenceWatch {
  readonly #pace = new Pace();
  readonly #clock: Clock;
  readonly #quiet: () => void;
  #cancel: (() => void) | null = null;

  /** @param quiet called when it has; after that not before something comes again */
  constructor(clock: Clock, quiet: () => void) {
    this.#clock = clock;
    this.#quiet = quiet;
  }

  /** Whether it is silent for longer than that by now. */
  get isTooLong(): boolean {
    const leftMs = this.#leftMs;
    return leftMs !== null && leftMs <= 0;
  }

  /** Something came. */
  note(): void {
    this.#pace.note(this.#clock.now());
    if (this.#cancel === null) this.#watch();
  }

  /** Nothing is to be heard of it until something comes again. */
  end(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  /** How much longer its pace explains the silence, milliseconds; null where there is no pace to go by. */
  get #leftMs(): number | null {
    const { limitMs } = this.#pace;
    return limitMs === null ? null : limitMs - this.#pace.silenceMs(this.#clock.now());
  }

  #watch(): void {
    const leftMs = this.#leftMs;
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
