import { type ReadonlySignal, signal } from "@preact/signals";
import type { FeedCounts, FeedStore } from "./feed-store.ts";
import type { Row } from "./holding.ts";
import { matches } from "./match.ts";

/** Why the rows stand still: the reader paused, scrolled away, presses on a row, or is in them by keyboard. */
export type HoldReason = "paused" | "scrolled" | "pressed" | "focused";

/** The feed's counts with what the reader's filter hides; received = the sum of all others. */
export interface ViewCounts extends FeedCounts {
  /** Valid events that are kept, and hidden by the filter. */
  readonly filtered: number;
}

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
  readonly #paused = signal(false);
  readonly #filter = signal("");
  readonly #reasons = new Set<HoldReason>();

  constructor(store: FeedStore) {
    this.store = store;
  }

  /** Whether the reader paused the feed. */
  get paused(): ReadonlySignal<boolean> {
    return this.#paused;
  }

  /** What the reader looks for; empty shows everything. */
  get filter(): ReadonlySignal<string> {
    return this.#filter;
  }

  /** The rows to lay out, newest first. */
  rows(): readonly Row[] {
    return this.#filtered(this.#held.value?.rows ?? this.store.rows());
  }

  /** What became of the feed's messages, the filter included. */
  counts(): ViewCounts {
    const counts = this.store.counts;
    if (this.#filter.value === "") return { ...counts, filtered: 0 };
    const shown = countEvents(this.#filtered(this.store.rows()));
    return { ...counts, shown, filtered: counts.shown - shown };
  }

  /** How many messages came since the rows stand still; a press is too short to tell of. */
  newCount(): number {
    const held = this.#held.value;
    const isPressOnly = this.#reasons.size === 1 && this.#reasons.has("pressed");
    return held === null || isPressOnly ? 0 : this.store.counts.received - held.received;
  }

  setFilter(wanted: string): void {
    this.#filter.value = wanted;
  }

  hold(reason: HoldReason): void {
    this.#reasons.add(reason);
    this.#held.value ??= { rows: this.store.rows(), received: this.store.counts.received };
    this.#paused.value = this.#reasons.has("paused");
  }

  release(reason: HoldReason): void {
    this.#reasons.delete(reason);
    if (this.#reasons.size === 0) this.#held.value = null;
    this.#paused.value = this.#reasons.has("paused");
  }

  /** Goes back to the newest, whatever held the rows. */
  releaseAll(): void {
    this.#reasons.clear();
    this.#held.value = null;
    this.#paused.value = false;
  }

  #filtered(rows: readonly Row[]): readonly Row[] {
    const wanted = this.#filter.value;
    return wanted === "" ? rows : rows.filter((row) => matches(row, wanted));
  }
}

function countEvents(rows: readonly Row[]): number {
  let events = 0;
  for (const row of rows) {
    if (row.kind === "keyed") events += row.count;
    else if (row.kind === "event") events += 1;
  }
  return events;
}
