import type { Clock } from "../../client/index.ts";

interface Timer {
  readonly atMs: number;
  readonly order: number;
  readonly callback: () => void;
}

/** A clock that moves only when a test moves it. */
export class VirtualClock implements Clock {
  readonly #timers = new Set<Timer>();
  #nowMs = 1_000_000;
  #order = 0;

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Moves to the earliest timer due by `untilMs` and runs it; false if there is none. */
  ringNext(untilMs: number): boolean {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (
        next === undefined ||
        timer.atMs < next.atMs ||
        (timer.atMs === next.atMs && timer.order < next.order)
      ) {
        next = timer;
      }
    }
    if (next === undefined || next.atMs > untilMs) return false;
    this.#timers.delete(next);
    this.#nowMs = Math.max(this.#nowMs, next.atMs);
    next.callback();
    return true;
  }

  /** Moves on to `atMs` without running any timers. */
  moveTo(atMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, atMs);
  }
}

/** A virtual clock that counts the timers set through it. */
export class CountedClock implements Clock {
  pending = 0;
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  after(delayMs: number, callback: () => void): () => void {
    this.pending += 1;
    let end = () => {
      end = () => {};
      this.pending -= 1;
    };
    const cancel = this.#clock.after(delayMs, () => {
      end();
      callback();
    });
    return () => {
      cancel();
      end();
    };
  }
}
