import { type Interest, keyOf, type Wish } from "./wanted.ts";

/** All that is wanted. */
export class Interests {
  readonly #all = new Map<string, Interest>();

  /** Those of now: a callback on the way may add others, which aren't visited, and end some, which aren't any more. */
  *[Symbol.iterator](): Generator<Interest> {
    for (const interest of [...this.#all.values()]) if (this.has(interest)) yield interest;
  }

  find(wish: Wish): Interest | undefined {
    return this.#all.get(keyOf(wish));
  }

  add(interest: Interest): void {
    this.#all.set(interest.key, interest);
  }

  /** @returns whether it was wanted */
  remove(interest: Interest): boolean {
    return this.has(interest) && this.#all.delete(interest.key);
  }

  has(interest: Interest): boolean {
    return this.#all.get(interest.key) === interest;
  }

  /** Those that can be asked for. */
  ready(): Interest[] {
    return [...this].filter(({ isReady }) => isReady);
  }
}
