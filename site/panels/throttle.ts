/** The shortest time between two snapshots of a store, milliseconds: nobody reads faster, and clicks need the time. */
const MIN_INTERVAL_MS = 100;

/** The longest paint, milliseconds, that doesn't make stores wait longer … */
const FRAME_MS = 20;
/** … of a longer one, they wait the excess this many times … */
const PAUSE_PER_PAINT = 8;
/** … but at most this long between two snapshots, milliseconds, so that panels still look live. */
const MAX_INTERVAL_MS = 400;

/** A longer frame wasn't painting: the page was hidden, for example. Milliseconds. */
const LONGEST_PAINT_MS = 1000;

/** The share by which the longest paint so far decays with each shorter one. */
const FORGOTTEN_SHARE = 0.1;

/** Requests the next animation frame; injected, so that tests control it. */
export type RequestFrame = (callback: (nowMs: number) => void) => void;

/** Publishes a store's snapshot. */
type Publish = () => void;

/**
 * Schedules when stores publish: each at most ten times a second, or less often where painting is slow. Only one store
 * publishes in a frame, in turn, so that no frame takes longer than the largest panel.
 */
export class Frames {
  readonly #request: RequestFrame;
  /** The stores that wait to publish, in the order of their requests. */
  readonly #waiting = new Set<Publish>();
  /** When each store last published, by frame time. */
  readonly #lastMs = new WeakMap<Publish, number>();
  /** Start of the frame in which a store published; null once the frame's cost is known. */
  #publishedAtMs: number | null = null;
  #paintMs = 0;
  /** Whether the next frame, and this one, is left to the reader's input. */
  #yieldsNext = false;
  #isYielded = false;

  constructor(request: RequestFrame) {
    this.#request = request;
  }

  /** Requests that a changed store publishes in a coming frame; cheap enough for every message. */
  ask(publish: Publish): void {
    if (this.#waiting.size === 0 && this.#publishedAtMs === null) this.#request(this.#paint);
    this.#waiting.add(publish);
  }

  /** Leaves the next frame to the reader's input, but never two in a row, since a key may be held down. */
  yieldFrame(): void {
    this.#yieldsNext = true;
  }

  /** Removes a closed store. */
  forget(publish: Publish): void {
    this.#waiting.delete(publish);
  }

  readonly #paint = (nowMs: number): void => {
    if (this.#publishedAtMs !== null) this.#noteCost(nowMs - this.#publishedAtMs);
    this.#publishedAtMs = null;
    this.#isYielded = this.#yieldsNext && !this.#isYielded;
    this.#yieldsNext = false;
    for (const publish of this.#waiting) {
      const waitedMs = nowMs - (this.#lastMs.get(publish) ?? Number.NEGATIVE_INFINITY);
      if (this.#isYielded || waitedMs < this.#intervalMs) continue;
      // Before publishing: a change during the paint requests another frame.
      this.#waiting.delete(publish);
      this.#publishedAtMs = nowMs;
      this.#lastMs.set(publish, nowMs);
      publish();
      break;
    }
    // The next frame's time shows how long this one took.
    if (this.#waiting.size > 0 || this.#publishedAtMs !== null) this.#request(this.#paint);
  };

  /** How long a store waits between two snapshots. */
  get #intervalMs(): number {
    const pauseMs = PAUSE_PER_PAINT * Math.max(0, this.#paintMs - FRAME_MS);
    return Math.min(MAX_INTERVAL_MS, MIN_INTERVAL_MS + pauseMs);
  }

  #noteCost(tookMs: number): void {
    if (tookMs <= LONGEST_PAINT_MS) this.#paintMs = Math.max(tookMs, this.#paintMs * (1 - FORGOTTEN_SHARE));
  }
}
