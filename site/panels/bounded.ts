/** Keeps the newest things, up to a count and a total weight, and drops the oldest. */
export class Bounded<T> {
  /** The oldest first. */
  readonly #things: T[] = [];
  readonly #capacity: number;
  readonly #maxWeight: number;
  readonly #weigh: (thing: T) => number;
  #weight = 0;

  /**
   * @param capacity the most things that are kept
   * @param maxWeight their greatest total weight; the newest is kept whatever it weighs
   */
  constructor(capacity: number, maxWeight: number, weigh: (thing: T) => number) {
    this.#capacity = capacity;
    this.#maxWeight = maxWeight;
    this.#weigh = weigh;
  }

  get size(): number {
    return this.#things.length;
  }

  /** Adds a thing as the newest, or as older than the newest ones for which `isAfter` holds. */
  add(thing: T, isAfter: (newer: T) => boolean = () => false): void {
    const weight = this.#weigh(thing);
    while (this.size === this.#capacity || (this.size > 0 && this.#weight + weight > this.#maxWeight)) {
      this.#dropOldest();
    }
    const newest = this.#things.at(-1);
    // Nearly all things come in order, and cost no more than a push.
    if (newest === undefined || !isAfter(newest)) this.#things.push(thing);
    else this.#things.splice(this.#things.findLastIndex((other) => !isAfter(other)) + 1, 0, thing);
    this.#weight += weight;
  }

  #dropOldest(): void {
    const oldest = this.#things.shift();
    if (oldest !== undefined) this.#weight -= this.#weigh(oldest);
  }

  /** A copy, newest first. */
  newestFirst(): T[] {
    return this.#things.toReversed();
  }
}
