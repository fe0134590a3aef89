import { type Interest, keyOf, type SubscriptionKey } from "./interest.ts";

/** Every interest, by its key. */
export class Interests {
  readonly #all = new Map<string, Interest>();

  /** A callback may add or remove interests meanwhile: added ones aren't visited, nor are removed ones. */
  *[Symbol.iterator](): Generator<Interest> {
    for (const interest of [...this.#all.values()]) if (this.has(interest)) yield interest;
  }

  find(key: SubscriptionKey): Interest | undefined {
    return this.#all.get(keyOf(key));
  }

  add(interest: Interest): void {
    this.#all.set(interest.key, interest);
  }

  /** @returns false if the interest was already gone */
  remove(interest: Interest): boolean {
    return this.has(interest) && this.#all.delete(interest.key);
  }

  has(interest: Interest): boolean {
    return this.#all.get(interest.key) === interest;
  }

  ready(): Interest[] {
    return [...this].filter(({ isReady }) => isReady);
  }
}
