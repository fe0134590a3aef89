import { type ReadonlySignal, signal } from "@preact/signals";
import { part } from "./parts.ts";

/** A function of a part of the page that is loaded when it is asked for. */
export interface LazyFunction<F> {
  /** What is to be called now. */
  readonly now: ReadonlySignal<F>;
  /** Loads the part, unless it is there or on its way; where it can't be had, the next call tries again. */
  load(): Promise<void>;
}

/** @param without stands for the function until it is there */
export function lazyFunction<F>(without: F, load: () => Promise<F>): LazyFunction<F> {
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
