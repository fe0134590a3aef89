/** Nobody reads faster than this, and every repaint spared is time for the reader's clicks. */
const MIN_INTERVAL_MS = 100;

/** Asks for the next frame: injected, so that a test can hold it. */
export type RequestFrame = (callback: (nowMs: number) => void) => void;

/**
 * Shares the page's frames among its stores: one of them publishes in a frame, in turn, so that
 * with all of them changing no frame takes longer than the largest panel does.
 */
export class Frames {
  readonly #request: RequestFrame;
  /** In the order in which they asked. */
  readonly #waiting = new Set<Throttle>();

  constructor(request: RequestFrame) {
    this.#request = request;
  }

  /** Lets a store publish in a frame to come. */
  ask(one: Throttle): void {
    if (this.#waiting.size === 0) this.#request(this.#paint);
    this.#waiting.add(one);
  }

  /** Forgets a store that is closed. */
  forget(one: Throttle): void {
    this.#waiting.delete(one);
  }

  readonly #paint = (nowMs: number): void => {
    for (const one of this.#waiting) {
      if (!one.isDue(nowMs)) continue;
      // First: what changes while it is painted asks anew.
      this.#waiting.delete(one);
      one.publish(nowMs);
      break;
    }
    if (this.#waiting.size > 0) this.#request(this.#paint);
  };
}

/** Between a store and what shows it: any number of changes are published at most ten times a second. */
export class Throttle {
  readonly #frames: Frames;
  readonly #publish: () => void;
  #lastMs = -MIN_INTERVAL_MS;

  /** @param publish makes the store's changes known to whoever shows them */
  constructor(frames: Frames, publish: () => void) {
    this.#frames = frames;
    this.#publish = publish;
  }

  /** Notes that something has changed; cheap. */
  note(): void {
    this.#frames.ask(this);
  }

  /** Nothing more is published. */
  end(): void {
    this.#frames.forget(this);
  }

  /** Whether the last time was long enough ago. */
  isDue(nowMs: number): boolean {
    return nowMs - this.#lastMs >= MIN_INTERVAL_MS;
  }

  /** Publishes; called by `Frames` alone. */
  publish(nowMs: number): void {
    this.#lastMs = nowMs;
    this.#publish();
  }
}
