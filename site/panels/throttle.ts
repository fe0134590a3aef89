/** Nobody reads faster than this, and every repaint spared is time for the reader's clicks. */
const MIN_INTERVAL_MS = 100;

/** Where painting takes longer than a frame, each store waits for so many times as long between two: most of the time is left … */
const FRAME_MS = 20;
const PAUSE_PER_PAINT = 8;

/** … but at most so long: it must still look live. */
const MAX_INTERVAL_MS = 400;

/** A frame that came later than this was held up by something else, such as a page that nobody looked at. */
const LONGEST_PAINT_MS = 1000;

/** How much of the longest paint so far is forgotten with each that was shorter. */
const FORGOTTEN_SHARE = 0.1;

/** Asks for the next frame: injected, so that a test can hold it. */
export type RequestFrame = (callback: (nowMs: number) => void) => void;

/** Makes a store's changes known to whoever shows them. */
type Publish = () => void;

/**
 * Between the stores and what shows them: a store publishes at most ten times a second, less often where painting takes
 * long, and one of them in a frame, in turn, so that with all of them changing no frame takes longer than the largest
 * panel does.
 */
export class Frames {
  readonly #request: RequestFrame;
  /** In the order in which they asked. */
  readonly #waiting = new Set<Publish>();
  /** When each did last, by the time of the frames. */
  readonly #lastMs = new WeakMap<Publish, number>();
  /** When the frame began in which a store published; null once its cost is known. */
  #publishedAtMs: number | null = null;
  #paintMs = 0;
  /** Whether the next frame is left to what the reader has done, and whether this one is. */
  #isReaders = false;
  #wasReaders = false;

  constructor(request: RequestFrame) {
    this.#request = request;
  }

  /** Lets a store that has changed publish in a frame to come; cheap. */
  ask(publish: Publish): void {
    if (this.#waiting.size === 0 && this.#publishedAtMs === null) this.#request(this.#paint);
    this.#waiting.add(publish);
  }

  /** Leaves the next frame to what its reader has just done; but not two in a row, for a key may be held down. */
  giveWay(): void {
    this.#isReaders = true;
  }

  /** Forgets a store that is closed. */
  forget(publish: Publish): void {
    this.#waiting.delete(publish);
  }

  readonly #paint = (nowMs: number): void => {
    if (this.#publishedAtMs !== null) this.#noteCost(nowMs - this.#publishedAtMs);
    this.#publishedAtMs = null;
    this.#wasReaders = this.#isReaders && !this.#wasReaders;
    this.#isReaders = false;
    for (const publish of this.#waiting) {
      const waitedMs = nowMs - (this.#lastMs.get(publish) ?? Number.NEGATIVE_INFINITY);
      if (this.#wasReaders || waitedMs < this.#intervalMs) continue;
      // First: what changes while it is painted asks anew.
      this.#waiting.delete(publish);
      this.#publishedAtMs = nowMs;
      this.#lastMs.set(publish, nowMs);
      publish();
      break;
    }
    // The next frame tells how long this one took.
    if (this.#waiting.size > 0 || this.#publishedAtMs !== null) this.#request(this.#paint);
  };

  /** How long a store waits between two times. */
  get #intervalMs(): number {
    const pauseMs = PAUSE_PER_PAINT * Math.max(0, this.#paintMs - FRAME_MS);
    return Math.min(MAX_INTERVAL_MS, MIN_INTERVAL_MS + pauseMs);
  }

  #noteCost(tookMs: number): void {
    if (tookMs <= LONGEST_PAINT_MS) this.#paintMs = Math.max(tookMs, this.#paintMs * (1 - FORGOTTEN_SHARE));
  }
}
