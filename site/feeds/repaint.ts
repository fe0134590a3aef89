import { type ReadonlySignal, signal } from "@preact/signals";

/** Nobody reads faster than this, and every repaint spared is time for the reader's clicks. */
const MIN_INTERVAL_MS = 100;

/** When the page paints: injected, so that a test can hold it. */
export interface FrameSource {
  request(callback: (nowMs: number) => void): void;
}

/**
 * Shares the page's frames among its parts: one part is repainted in a frame, in turn, so that
 * with all of them changing no frame takes longer than the largest part does.
 */
export class Frames {
  readonly #source: FrameSource;
  /** In the order in which they asked. */
  readonly #waiting = new Set<Repaint>();

  constructor(source: FrameSource) {
    this.#source = source;
  }

  /** Lets a part be repainted in a frame to come. */
  ask(part: Repaint): void {
    this.#waiting.add(part);
    if (this.#waiting.size === 1) this.#source.request(this.#paint);
  }

  readonly #paint = (nowMs: number): void => {
    for (const part of this.#waiting) {
      if (!part.isDue(nowMs)) continue;
      this.#waiting.delete(part);
      part.paint(nowMs);
      break;
    }
    if (this.#waiting.size > 0) this.#source.request(this.#paint);
  };
}

/**
 * Turns any number of changes of one part of the page into at most ten repaints
 * a second: components read `tick`, stores call `request`.
 */
export class Repaint {
  readonly #frames: Frames;
  readonly #tick = signal(0);
  #requested = false;
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(frames: Frames) {
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
    this.#frames.ask(this);
  }

  /** Whether the last repaint was long enough ago. */
  isDue(nowMs: number): boolean {
    return nowMs - this.#lastMs >= MIN_INTERVAL_MS;
  }

  /** Repaints; called by `Frames` alone. */
  paint(nowMs: number): void {
    this.#requested = false;
    this.#lastMs = nowMs;
    this.#tick.value += 1;
  }
}
