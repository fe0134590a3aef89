/** The load's lease in milliseconds: if it isn't renewed, the loading request was cancelled and another one loads. */
const LEASE_MS = 1000;
const RENEW_LEASE_EVERY_MS = 300;

/** How often waiting requests check whether the value is loaded, in milliseconds. */
const POLL_EVERY_MS = 25;

/** How long after a failed load requests without a good value fail at once, in milliseconds. */
const FAILED_FOR_MS = 1000;

/**
 * A value that all requests of an isolate share and one of them loads. The others poll: in Workers, requests may share
 * plain data but not promises, and one that awaits another's promise hangs.
 */
export class Shared<T> {
  #value: T | null = null;
  #loads = 0;
  #leasedAtMs = Number.NEGATIVE_INFINITY;
  #failedAtMs = Number.NEGATIVE_INFINITY;

  /**
   * The current value if it is good, else one loaded since this call.
   * @throws Error if loading fails, or failed in another request a moment ago
   */
  async get(isGood: (value: T) => boolean, load: () => Promise<T>): Promise<T> {
    const loadsBefore = this.#loads;
    for (;;) {
      const value = this.#value;
      if (value !== null && (this.#loads > loadsBefore || isGood(value))) return value;
      if (isWithin(FAILED_FOR_MS, this.#failedAtMs)) throw new Error("loading failed a moment ago");
      if (!isWithin(LEASE_MS, this.#leasedAtMs)) return this.#load(load);
      await scheduler.wait(POLL_EVERY_MS);
    }
  }

  async #load(load: () => Promise<T>): Promise<T> {
    const renew = (): void => {
      this.#leasedAtMs = Date.now();
    };
    renew();
    // The runtime stops a cancelled request's timers, so its lease expires.
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

/** Whether a time is less than `limitMs` away; one in the future was noted before the clock was set back. */
export function isWithin(limitMs: number, atMs: number): boolean {
  return Math.abs(Date.now() - atMs) < limitMs;
}

const MAX_KEYS = 16;

/** A few shared values by key; drops the least recently used one. */
export class SharedByKey<T> {
  readonly #all = new Map<string, Shared<T>>();

  of(key: string): Shared<T> {
    const known = this.#all.get(key) ?? new Shared<T>();
    setBounded(this.#all, key, known, MAX_KEYS);
    return known;
  }
}

/** Sets a value and moves it to the end; above `most` entries, drops the oldest. */
export function setBounded<T>(all: Map<string, T>, key: string, value: T, most: number): void {
  all.delete(key);
  all.set(key, value);
  const [oldest] = all.keys();
  if (all.size > most && oldest !== undefined) all.delete(oldest);
}
