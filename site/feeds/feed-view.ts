import { type ReadonlySignal, signal } from "@preact/signals";
import type { FeedColumn } from "../../contract/feed.ts";
import { type ChosenFields, columnsOf, sound } from "./columns.ts";
import type { FeedCounts, FeedStore } from "./feed-store.ts";
import type { Row } from "./holding.ts";
import { matcherOf } from "./match.ts";

/** Why the rows stand still: the reader paused, scrolled away, presses on a row, or is in them by keyboard. */
export type HoldReason = "paused" | "scrolled" | "pressed" | "focused";

/** The feed's counts with what the reader's filter hides; received = the sum of all others. */
export interface ViewCounts extends FeedCounts {
  /** Valid events that are kept, and hidden by the filter. */
  readonly filtered: number;
}

/** What came while the rows stand still. */
export interface NewMessages {
  readonly count: number;
  /** The newest of them, which will be there to be read; the others gave way or were only counted. */
  readonly kept: number;
}

interface Held {
  readonly rows: readonly Row[];
  readonly received: number;
  readonly folded: number;
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
  readonly #fields = signal<ChosenFields>(null);
  readonly #hidden = signal(false);
  readonly #reasons = new Set<HoldReason>();
  #painted: Held | null = null;
  #laidOut: readonly Row[] = [];

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

  /** The fields that the reader chose to see; null for the feed's own columns. */
  get fields(): ReadonlySignal<ChosenFields> {
    return this.#fields;
  }

  /** Whether the reader looks at other feeds only; this one goes on all the same. */
  get hidden(): ReadonlySignal<boolean> {
    return this.#hidden;
  }

  /** The columns to lay out. */
  columns(): readonly FeedColumn[] {
    return columnsOf(this.store.feed, this.#fields.value);
  }

  /** The rows as they are now, newest first. */
  rows(): readonly Row[] {
    return this.#filtered(this.#current().rows);
  }

  /** Takes the rows as they are now for those that the reader sees. */
  layOut(): void {
    this.#painted = this.#current();
    this.#laidOut = this.#filtered(this.#painted.rows);
  }

  /**
   * The rows that the reader sees. They are read from here and are no component's property:
   * Preact keeps some of the vnodes of earlier paints, and with each went a feed's events.
   */
  get laidOut(): readonly Row[] {
    return this.#laidOut;
  }

  /** What became of the feed's messages, the filter included. */
  counts(): ViewCounts {
    const counts = this.store.counts;
    if (this.#filter.value === "") return { ...counts, filtered: 0 };
    const shown = countEvents(this.#filtered(this.store.rows()));
    return { ...counts, shown, filtered: counts.shown - shown };
  }

  /** What came since the rows stand still; a press is too short to tell of. */
  news(): NewMessages {
    const held = this.#held.value;
    const isPressOnly = this.#reasons.size === 1 && this.#reasons.has("pressed");
    if (held === null || isPressOnly) return { count: 0, kept: 0 };
    const { received, folded } = this.store.counts;
    const count = received - held.received;
    return { count, kept: Math.min(count - (folded - held.folded), this.store.kept) };
  }

  setFilter(wanted: string): void {
    this.#filter.value = wanted;
  }

  /** Shows these fields as columns, or the feed's own. */
  setFields(wanted: ChosenFields): void {
    this.#fields.value = wanted === null ? null : sound(wanted);
  }

  setHidden(wanted: boolean): void {
    this.#hidden.value = wanted;
  }

  hold(reason: HoldReason): void {
    this.#reasons.add(reason);
    // A reader who takes hold of a row means the one that is seen, however much came since it was painted.
    this.#held.value ??= (reason === "paused" ? null : this.#painted) ?? this.#now();
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

  #current(): Held {
    return this.#held.value ?? this.#now();
  }

  #now(): Held {
    const { received, folded } = this.store.counts;
    return { rows: this.store.rows(), received, folded };
  }

  #filtered(rows: readonly Row[]): readonly Row[] {
    const wanted = this.#filter.value;
    return wanted === "" ? rows : rows.filter(matcherOf(wanted));
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
