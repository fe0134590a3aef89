import { computed, type ReadonlySignal, signal } from "@preact/signals";

const missing = signal<ReadonlySet<unknown>>(new Set());

/** The names of the parts whose last load failed. */
export const missingParts: ReadonlySignal<ReadonlySet<unknown>> = missing;

/** Whether any part failed to load: a deploy removed it, or there is no network. */
export const partIsMissing: ReadonlySignal<boolean> = computed(() => missing.value.size > 0);

function setMissing(name: unknown, isMissing: boolean): void {
  if (!isMissing && !missing.value.has(name)) return;
  const others = [...missing.value].filter((one) => one !== name);
  missing.value = new Set(isMissing ? [...others, name] : others);
}

/**
 * A part of the page that is loaded once, when it is first needed. All lazy loading goes through this class. A failed
 * load is tried again only with the next call: a browser may remember a failed module until the page is reloaded, so
 * only a reload is sure to help.
 */
export class Part<T> {
  readonly #load: () => Promise<T>;
  readonly #name: unknown;
  readonly #now = signal<T | null>(null);
  #loading: Promise<T> | null = null;

  /** The part; null until it is loaded. */
  readonly now: ReadonlySignal<T | null> = this.#now;

  /** @param name parts with the same name count as one: none is missing once any of them is loaded */
  constructor(load: () => Promise<T>, name: unknown = load) {
    this.#load = load;
    this.#name = name;
  }

  /** Loads the part once. Resolves with null on failure, which the page then shows. */
  async load(): Promise<T | null> {
    try {
      return await this.get();
    } catch {
      setMissing(this.#name, true);
      return null;
    }
  }

  /** Like `load`, but rejects on failure, for callers that report it themselves or not at all. */
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

/** Dismisses the note about missing parts. */
export function dismissMissingPart(): void {
  missing.value = new Set();
}
