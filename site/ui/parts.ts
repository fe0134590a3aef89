import { computed, type ReadonlySignal, signal } from "@preact/signals";

const missing = signal<ReadonlySet<unknown>>(new Set());

/** The names of the parts that couldn't be loaded when they were last asked for. */
export const missingParts: ReadonlySignal<ReadonlySet<unknown>> = missing;

/** Whether a part of the page was asked for and couldn't be loaded: a deploy took it away, or there is no network. */
export const partIsMissing: ReadonlySignal<boolean> = computed(() => missing.value.size > 0);

function setMissing(name: unknown, isMissing: boolean): void {
  if (!isMissing && !missing.value.has(name)) return;
  const others = [...missing.value].filter((one) => one !== name);
  missing.value = new Set(isMissing ? [...others, name] : others);
}

/**
 * A part of the page that is loaded when it is needed, once for all who need it; the only way to do so. What can't be
 * had is asked for anew with the next call, and not before: a browser may keep a failed module for as long as the
 * page lives, so only a reload surely helps.
 */
export class Part<T> {
  readonly #load: () => Promise<T>;
  readonly #name: unknown;
  readonly #now = signal<T | null>(null);
  #loading: Promise<T> | null = null;

  /** It, as soon as it is there. */
  readonly now: ReadonlySignal<T | null> = this.#now;

  /** @param name one for all that are the same to a reader: none is missing once any of them is there */
  constructor(load: () => Promise<T>, name: unknown = load) {
    this.#load = load;
    this.#name = name;
  }

  /** Loads it, unless it is there or on its way; null where it can't be had, and then the page says so. */
  async load(): Promise<T | null> {
    try {
      return await this.get();
    } catch {
      setMissing(this.#name, true);
      return null;
    }
  }

  /** The same for whoever says it otherwise, or has nothing to say: rejects where it can't be had. */
  get(): Promise<T> {
    this.#loading ??= this.#load().then(
      (loaded) => {
        setMissing(this.#name, false);
        this.#now.value = loaded;
        return loaded;
      },
      (reason) => {
        this.#loading = null;
        throw reason;
      },
    );
    return this.#loading;
  }
}

/** Takes note that the reader has read of it. */
export function dismissMissingPart(): void {
  missing.value = new Set();
}
