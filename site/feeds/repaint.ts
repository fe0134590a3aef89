import { type ReadonlySignal, signal } from "@preact/signals";

/** Nobody reads faster than this, and every repaint spared is time for the reader's clicks. */
const MIN_INTERVAL_MS = 100;

/** Asks for the next frame: injected, so that a test can hold it. */
export type RequestFrame = (callback: (nowMs: number) => void) => void;

/**
 * Shares the page's frames among its parts: one part is repainted in a frame, in turn, so that
 * with all of them changing no frame takes longer than the largest part does.
 */
export class Frames {
  readonly #request: RequestFrame;
  /** In the order in which they asked. */
  readonly #waiting = new Set<Repaint>();

  constructor(request: RequestFrame) {
    this.#request = request;
  }

  /** Lets a part be repainted in a frame to come. */
  ask(part: Repaint): void {
    if (this.#waiting.size === 0) this.#request(this.#paint);
    this.#waiting.add(part);
  }

  readonly #paint = (nowMs: number): void => {
    for (const part of this.#waiting) {
      if (!part.isDue(nowMs)) continue;
      // First: what changes while it is painted asks anew.
      this.#waiting.delete(part);
      part.paint(nowMs);
      break;
    }
    if (this.#waiting.size > 0) this.#request(this.#paint);
  };
}

/**
 * Turns any number of changes of one part of the page into at most ten repaints
 * a second: components read `tick`, stores call `request`.
 */
export class Repaint {
  readonly #frames: Frames;
  readonly #tick = signal(0);
  #lastMs = -MIN_INTERVAL_MS;

  constructor(frames: Frames) {
    this.#frames = frames;
  }

  /** Changes with every repaint; reading it in a component subscribes the component. */
  get tick(): ReadonlySignal<number> {
    return this.#tick;
  }

  /** Asks for a repaint. */
  request(): void {
    this.#frames.ask(this);
  }

  /** Whether the last repaint was long enough ago. */
  isDue(nowMs: number): boolean {
    return nowMs - this.#lastMs >= MIN_INTERVAL_MS;
  }

  /** Repaints; called by `Frames` alone. */
  paint(nowMs: number): void {
    this.#lastMs = nowMs;
    this.#tick.value += 1;
  }
}
