/** How long a request that is away for all may be silent, milliseconds: then it was cancelled, and another one goes. */
const LEASE_MS = 1000;
const RENEW_LEASE_EVERY_MS = 300;

/** How often those who wait look whether it is back, milliseconds. */
const LOOK_EVERY_MS = 25;

/** For how long a failure is everybody's, milliseconds. */
const FAILED_FOR_MS = 1000;

/**
 * One value that all requests of an isolate share, fetched by one of them. In Workers plain data may pass from one
 * request to another; a promise may not, it hangs in whoever awaits another's.
 */
export class Shared<T> {
  #value: T | null = null;
  #loads = 0;
  #leasedAtMs = Number.NEGATIVE_INFINITY;
  #failedAtMs = Number.NEGATIVE_INFINITY;

  /**
   * The value: the one that is there, if it is good enough, or one that was loaded since this was asked.
   * @throws Error when loading failed, here or a moment ago for somebody else
   */
  async get(isGood: (value: T) => boolean, load: () => Promise<T>): Promise<T> {
    const loadsBefore = this.#loads;
    for (;;) {
      const value = this.#value;
      if (value !== null && (this.#loads > loadsBefore || isGood(value))) return value;
      if (isWithin(FAILED_FOR_MS, this.#failedAtMs)) throw new Error("it couldn't be loaded a moment ago");
      if (!isWithin(LEASE_MS, this.#leasedAtMs)) return this.#load(load);
      await scheduler.wait(LOOK_EVERY_MS);
    }
  }

  async #load(load: () => Promise<T>): Promise<T> {
    const renew = (): void => {
      this.#leasedAtMs = Date.now();
    };
    renew();
    // A request's timers end with it.
    const timer = setInterval(renew, RENEW_LEASE_EVERY_MS);
    try {
      const value = await load();
      this.#value = value;
      this.#loads += 1;
      return value;
    } catch (error) {
      this.#failedAtMs = Date.now();
      throw error;
    } finally {
      clearInterval(timer);
      this.#leasedAtMs = Number.NEGATIVE_INFINITY;
    }
  }
}

/** Whether it is not so long ago; what lies ahead was before the clock was set back. */
export function isWithin(limitMs: number, atMs: number): boolean {
  return Math.abs(Date.now() - atMs) < limitMs;
}

const MAX_KEYS = 16;

/** A few shared values by key; the one that nobody asked for the longest gives way. */
export class SharedByKey<T> {
  readonly #all = new Map<string, Shared<T>>();

  of(key: string): Shared<T> {
    const known = this.#all.get(key) ?? new Shared<T>();
    keep(this.#all, key, known, MAX_KEYS);
    return known;
  }
}

/** Keeps a value under a key; of more than so many, the one that was kept first gives way. */
export function keep<T>(all: Map<string, T>, key: string, value: T, most: number): void {
  all.delete(key);
  all.set(key, value);
  const [oldest] = all.keys();
  if (all.size > most && oldest !== undefined) all.delete(oldest);
}
