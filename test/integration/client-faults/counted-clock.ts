import type { Clock } from "../../../client/index.ts";

/** The real clock, with the number of its owner's pending timers. */
export class CountedClock implements Clock {
  readonly #pending = new Map<NodeJS.Timeout, () => void>();

  get pending(): number {
    return this.#pending.size;
  }

  now(): number {
    return Date.now();
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = setTimeout(() => {
      this.#pending.delete(timer);
      callback();
    }, delayMs);
    this.#pending.set(timer, callback);
    return () => {
      clearTimeout(timer);
      this.#pending.delete(timer);
    };
  }

  /** Ends every wait now: a limit can be long enough for a busy machine, and the test needn't wait for it. */
  ringAll(): void {
    for (const [timer, callback] of [...this.#pending]) {
      clearTimeout(timer);
      // An earlier callback may have cancelled this one.
      if (this.#pending.delete(timer)) callback();
    }
  }
}
