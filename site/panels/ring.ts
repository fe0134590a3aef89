/** The newest things, up to a count and a total weight; the oldest give way and are handed back. */
export class Ring<T> {
  readonly #slots: (T | undefined)[];
  readonly #maxWeight: number;
  readonly #weigh: (thing: T) => number;
  #oldest = 0;
  #size = 0;
  #weight = 0;

  /**
   * @param capacity how many things are kept
   * @param maxWeight how much they may weigh together; the newest is kept whatever it weighs
   */
  constructor(capacity: number, maxWeight = Number.POSITIVE_INFINITY, weigh: (thing: T) => number = () => 0) {
    this.#slots = new Array<T | undefined>(capacity);
    this.#maxWeight = maxWeight;
    this.#weigh = weigh;
  }

  get size(): number {
    return this.#size;
  }

  /** What the kept things weigh together. */
  get weight(): number {
    return this.#weight;
  }

  /** The thing that was added last. */
  get newest(): T | undefined {
    if (this.#size === 0) return undefined;
    return this.#slots[this.#at(this.#size - 1)];
  }

  /** Adds the newest; returns what gave way, oldest first. */
  push(thing: T): readonly T[] {
    const gone: T[] = [];
    const weight = this.#weigh(thing);
    while (this.#size > 0 && (this.#size === this.#slots.length || this.#weight + weight > this.#maxWeight)) {
      gone.push(this.#shift());
    }
    this.#slots[this.#at(this.#size)] = thing;
    this.#size += 1;
    this.#weight += weight;
    return gone;
  }

  /** Adds something before those of the newest for which `isAfter` holds; returns what gave way, oldest first. */
  insert(thing: T, isAfter: (newer: T) => boolean): readonly T[] {
    const gone = this.push(thing);
    for (let index = this.#size - 1; index > 0; index -= 1) {
      const [here, before] = [this.#at(index), this.#at(index - 1)];
      const newer = this.#slots[before] as T;
      if (!isAfter(newer)) break;
      this.#slots[before] = thing;
      this.#slots[here] = newer;
    }
    return gone;
  }

  /** Takes the oldest away; undefined where there is none. */
  dropOldest(): T | undefined {
    return this.#size === 0 ? undefined : this.#shift();
  }

  /** A copy, newest first. */
  newestFirst(): T[] {
    const things: T[] = [];
    for (let index = this.#size - 1; index >= 0; index -= 1) {
      things.push(this.#slots[this.#at(index)] as T);
    }
    return things;
  }

  /** The slot of the thing with so many older ones. */
  #at(index: number): number {
    return (this.#oldest + index) % this.#slots.length;
  }

  #shift(): T {
    const thing = this.#slots[this.#oldest] as T;
    // A slot that kept its reference would keep the whole event alive.
    this.#slots[this.#oldest] = undefined;
    this.#oldest = (this.#oldest + 1) % this.#slots.length;
    this.#size -= 1;
    this.#weight -= this.#weigh(thing);
    return thing;
  }
}
