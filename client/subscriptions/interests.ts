import { type Interest, keyOf, type Wish } from "./wanted.ts";

/** All that is wanted. */
export class Interests {
  readonly #all = new Map<string, Interest>();

  /** As it is now: what comes and goes meanwhile changes nothing. */
  [Symbol.iterator](): Iterator<Interest> {
    return [...this.#all.values()][Symbol.iterator]();
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
