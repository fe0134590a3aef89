import type { Clock } from "../../../client/index.ts";

/** The real clock, with the number of its owner's pending timers. */
export class CountedClock implements Clock {
  readonly #pending = new Set<NodeJS.Timeout>();

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
    this.#pending.add(timer);
    return () => {
      clearTimeout(timer);
      this.#pending.delete(timer);
    };
  }
}
