import { type ReadonlySignal, signal } from "@preact/signals";
import type { FeedStore } from "./feed-store.ts";
import type { Row } from "./holding.ts";

/** Why the rows stand still: the reader scrolled away, presses on a row, or is in them by keyboard. */
export type HoldReason = "scrolled" | "pressed" | "focused";

interface Held {
  readonly rows: readonly Row[];
  readonly received: number;
}

/**
 * The rows as one reader sees them. While anything holds them they stand
 * still, so that nothing moves away from under a pointer; the store goes on.
 */
export class FeedView {
  readonly store: FeedStore;
  readonly #held = signal<Held | null>(null);
  readonly #reasons = new Set<HoldReason>();

  constructor(store: FeedStore) {
    this.store = store;
  }

  /** Whether the rows stand still. */
  get held(): ReadonlySignal<unknown> {
    return this.#held;
  }

  /** The rows to lay out, newest first. */
  rows(): readonly Row[] {
    return this.#held.value?.rows ?? this.store.rows();
  }

  /** How many messages came since the rows stand still. */
  newCount(): number {
    const held = this.#held.value;
    return held === null ? 0 : this.store.counts.received - held.received;
  }

  hold(reason: HoldReason): void {
    this.#reasons.add(reason);
    this.#held.value ??= { rows: this.store.rows(), received: this.store.counts.received };
  }

  release(reason: HoldReason): void {
    this.#reasons.delete(reason);
    if (this.#reasons.size === 0) this.#held.value = null;
  }

  /** Goes back to the newest, whatever held the rows. */
  releaseAll(): void {
    this.#reasons.clear();
    this.#held.value = null;
  }
}
