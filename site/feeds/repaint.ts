import { type ReadonlySignal, signal } from "@preact/signals";

/** Nobody reads faster than this, and every repaint spared is time for the reader's clicks. */
const MIN_INTERVAL_MS = 100;

/** When the page paints: injected, so that a test can hold it. */
export interface FrameSource {
  request(callback: (nowMs: number) => void): void;
}

/**
 * Turns any number of changes into at most one repaint per frame, and at most
 * ten a second: components read `tick`, stores call `request`.
 */
export class Repaint {
  readonly #frames: FrameSource;
  readonly #tick = signal(0);
  #requested = false;
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(frames: FrameSource) {
    this.#frames = frames;
  }

  /** Changes with every repaint; reading it in a component subscribes the component. */
  get tick(): ReadonlySignal<number> {
    return this.#tick;
  }

  /** Asks for a repaint. */
  request(): void {
    if (this.#requested) return;
    this.#requested = true;
    this.#frames.request(this.#paint);
  }

  readonly #paint = (nowMs: number): void => {
    if (nowMs - this.#lastMs < MIN_INTERVAL_MS) {
      this.#frames.request(this.#paint);
      return;
    }
    this.#requested = false;
    this.#lastMs = nowMs;
    this.#tick.value += 1;
  };
}
