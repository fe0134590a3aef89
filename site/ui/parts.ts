import { computed, type ReadonlySignal, signal } from "@preact/signals";

/** The parts that couldn't be loaded when they were last asked for. */
const missing = signal<ReadonlySet<unknown>>(new Set());

/** Whether a part of the page was asked for and couldn't be loaded: a deploy took it away, or there is no network. */
export const partIsMissing: ReadonlySignal<boolean> = computed(() => missing.value.size > 0);

/**
 * Loads a part of the page when it is needed; the only way to do so. Null where it can't be had, and then the
 * page says so: a browser may keep a failed module for as long as the page lives, so only a reload surely helps.
 * @param name tells the part from others, which say nothing of it when they can be had
 * @param isSaid whether the page says so
 */
export async function part<T>(
  load: () => Promise<T>,
  name: unknown = load,
  isSaid = true,
): Promise<T | null> {
  const others = (): unknown[] => [...missing.value].filter((one) => one !== name);
  try {
    const loaded = await load();
    if (missing.value.has(name)) missing.value = new Set(others());
    return loaded;
  } catch {
    if (isSaid) missing.value = new Set([...others(), name]);
    return null;
  }
}

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

/** Takes note that the reader has read of it. */
export function dismissMissingPart(): void {
  missing.value = new Set();
}
