import { type ReadonlySignal, signal } from "@preact/signals";
import { part } from "./parts.ts";

/** A part of the page that is loaded when it is asked for. */
export interface LazyPart<T> {
  /** It, or what stands for it until it is there. */
  readonly now: ReadonlySignal<T>;
  /** Loads it, unless it is there or on its way; where it can't be had, the next call tries again. */
  load(): Promise<void>;
}

/** @param without stands for it until it is there */
export function lazyPart<T>(without: T, load: () => Promise<T>): LazyPart<T> {
  const now = signal(without);
  let asked: Promise<void> | null = null;
  return {
    now,
    load() {
      asked ??= part(load).then((loaded) => {
        if (loaded === null) asked = null;
        else now.value = loaded;
      });
      return asked;
    },
  };
}

/** What couldn't be loaded is asked for again with what comes so much later: nobody may be there to reload. */
export const AGAIN_AFTER_MS = 60_000;

/** A part without which what comes is shown all the same; where it can't be had, the page says so once. */
export class WantedPart<T> {
  readonly #load: () => Promise<T>;
  readonly #steadyMs: () => number;
  readonly #name: unknown;
  /** From when on it is asked for: never while it is on its way, nor once it is there. */
  #askAtMs = 0;

  constructor(load: () => Promise<T>, steadyMs: () => number, name: unknown = load) {
    this.#load = load;
    this.#steadyMs = steadyMs;
    this.#name = name;
  }

  /** Whether it was never asked for. */
  get isNew(): boolean {
    return this.#askAtMs === 0;
  }

  /** Whether it is to be asked for. */
  get isDue(): boolean {
    return this.#steadyMs() >= this.#askAtMs;
  }

  /** Asks for it; null where it can't be had. */
  async ask(): Promise<T | null> {
    const isSaid = this.isNew;
    this.#askAtMs = Number.POSITIVE_INFINITY;
    const found = await part(this.#load, this.#name, isSaid);
    if (found === null) this.#askAtMs = this.#steadyMs() + AGAIN_AFTER_MS;
    return found;
  }
}
