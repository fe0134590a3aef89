import type { Path } from "../content/path.ts";
import { keyText } from "../content/rules.ts";
import { Bounded } from "./bounded.ts";
import type { Entry, FeedEvent } from "./entry.ts";

/** The events of one key: the latest stands for them all. */
export interface KeyedRow {
  readonly kind: "keyed";
  readonly key: string;
  readonly latest: FeedEvent;
  /** Every event of this key that is kept, newest first. */
  history(): readonly FeedEvent[];
  /** Whether any of them is like that; it copies none, where `history` would copy each. */
  some(isWanted: (event: FeedEvent) => boolean): boolean;
  readonly count: number;
}

/** A line of a panel as it is laid out. */
export type Row = Entry | KeyedRow;

const ENTRIES = 1000;
const KEYS = 5000;
const EVENTS_PER_KEY = 50;
/** So many gaps and malformed messages stand between keys. */
const MARKS = 200;
const BYTES = 8_000_000;
/** Of a key its latest event is kept beyond those bytes, but not beyond these: then whole keys give way. */
const LATEST_BYTES = 8 * BYTES;

function weigh(entry: Entry): number {
  return entry.kind === "gap" ? 0 : entry.raw.length;
}

/** How much is kept of a panel's stream, unless its feed says otherwise. */
interface Bounds {
  readonly entries?: number;
  readonly keys?: number | undefined;
  readonly perKey?: number;
  readonly bytes?: number;
}

/**
 * What a panel keeps of its stream, bounded, in the shape that its view shows: everything in the order of arrival, or
 * one row per key, the latest changed first, with the history of each.
 */
export class Kept {
  readonly #path: Path | null;
  readonly #maxKeys: number;
  readonly #perKey: number;
  readonly #maxBytes: number;
  /** The longest unchanged first. */
  readonly #byKey = new Map<string, OfKey>();
  /** Those of them that have more than their latest event, in the same order. */
  readonly #withPast = new Map<string, OfKey>();
  /** All that is of no key. */
  readonly #entries: Bounded<Entry>;
  #bytes = 0;
  #olderKeys = 0;

  /** @param path where the key stands, if there are any; an event without one is malformed, and never gets here */
  constructor(path: Path | null, bounds: Bounds = {}) {
    const { entries = path === null ? ENTRIES : MARKS, keys = KEYS } = bounds;
    const { perKey = EVENTS_PER_KEY, bytes = BYTES } = bounds;
    this.#path = path;
    this.#maxKeys = keys;
    this.#perKey = perKey;
    this.#maxBytes = bytes;
    this.#entries = new Bounded(entries, bytes, weigh);
  }

  /** How many keys gave way to newer ones; a key that came back and gave way again is two. */
  get olderKeys(): number {
    return this.#olderKeys;
  }

  /** Takes the newest entry, or a gap, which stands before what it has recovered. */
  add(entry: Entry): void {
    if (this.#path === null || entry.kind !== "event") {
      this.#entries.add(entry, (newer) => isRecoveredBy(entry, newer));
      return;
    }
    const key = keyText(this.#path.of(entry)) ?? "";
    const history = this.#byKey.get(key) ?? new OfKey(this.#perKey, Number.POSITIVE_INFINITY, weigh);
    this.#bytes -= history.weight;
    history.add(entry);
    history.row = null;
    this.#bytes += history.weight;
    // A Map keeps the order of insertion: putting the key back makes it the newest.
    this.#byKey.delete(key);
    this.#byKey.set(key, history);
    this.#withPast.delete(key);
    if (history.size > 1) this.#withPast.set(key, history);
    if (this.#byKey.size > this.#maxKeys) this.#dropOldestKey();
    while (this.#bytes > this.#maxBytes && this.#withPast.size > 0) this.#dropPast(key);
    while (this.#bytes > LATEST_BYTES && this.#byKey.size > 1) this.#dropOldestKey();
  }

  /** Forgets every key: what had them is gone, and another stands in its place. */
  forgetKeys(): void {
    this.#byKey.clear();
    this.#withPast.clear();
    this.#bytes = 0;
  }

  /** A copy, newest first. */
  rows(): readonly Row[] {
    const keyed: KeyedRow[] = [];
    for (const [key, history] of this.#byKey) {
      const { newest } = history;
      if (newest === undefined) continue;
      history.row ??= keyedRow(key, newest, history);
      keyed.push(history.row);
    }
    return merge(keyed.reverse(), this.#entries.newestFirst());
  }

  /** An event of the past gives way: of the key that has just grown beyond its share, else of the longest unchanged. */
  #dropPast(grown: string): void {
    const isBeyondShare = (this.#withPast.get(grown)?.weight ?? 0) > this.#maxBytes / this.#byKey.size;
    const [oldest = grown] = this.#withPast.keys();
    const key = isBeyondShare ? grown : oldest;
    const history = this.#withPast.get(key);
    if (history === undefined) return;
    this.#bytes -= history.weight;
    history.dropOldest();
    history.row = null;
    this.#bytes += history.weight;
    if (history.size <= 1) this.#withPast.delete(key);
  }

  #dropOldestKey(): void {
    for (const [key, { weight }] of this.#byKey) {
      this.#olderKeys += 1;
      this.#bytes -= weight;
      this.#byKey.delete(key);
      this.#withPast.delete(key);
      return;
    }
  }
}

/** The events of a key, and the row that stands for them until they are others. */
class OfKey extends Bounded<FeedEvent> {
  row: KeyedRow | null = null;
}

/** A row stands still while its key goes on: it has what there was when it was made and is kept when its history is first asked for. */
function keyedRow(key: string, latest: FeedEvent, kept: Bounded<FeedEvent>): KeyedRow {
  let known: readonly FeedEvent[] | null = null;
  const history = () => {
    known ??= [latest, ...kept.newestFirst().filter(({ seq }) => seq < latest.seq)];
    return known;
  };
  const some: KeyedRow["some"] = (isWanted) =>
    isWanted(latest) || (known ?? kept).some((event) => event.seq < latest.seq && isWanted(event));
  return { kind: "keyed", key, latest, count: kept.size, history, some };
}

/** How many valid events rows stand for. */
export function countEvents(rows: readonly Row[]): number {
  let events = 0;
  for (const row of rows) {
    if (row.kind === "keyed") events += row.count;
    else if (row.kind === "event") events += 1;
  }
  return events;
}

/** What a row shows: of a key its latest event. */
export function latestOf(row: Row): Entry {
  return row.kind === "keyed" ? row.latest : row;
}

/** All that is kept of a row, newest first. */
export function entriesOf(row: Row): readonly Entry[] {
  return row.kind === "keyed" ? row.history() : [row];
}

/** The event that stands for a row; null for what is none. */
export function eventOf(row: Row): FeedEvent | null {
  const entry = latestOf(row);
  return entry.kind === "event" ? entry : null;
}

/** All events of a row that are kept, newest first. */
export function eventsOf(row: Row): readonly FeedEvent[] {
  return entriesOf(row).filter((entry) => entry.kind === "event");
}

/** Whether it came after the break that a gap tells of: what was missed is told when it has been recovered. */
function isRecoveredBy(gap: Entry, { atMs }: Entry): boolean {
  return gap.kind === "gap" && gap.recovered > 0 && atMs >= gap.toMs;
}

/** Whether `one` stands after `other`. */
function isAfter(one: Entry, other: FeedEvent): boolean {
  return one.seq > other.seq && !isRecoveredBy(one, other);
}

/** Rows of keys, and what stands between them. */
function merge(keyed: readonly KeyedRow[], marks: readonly Entry[]): Row[] {
  const merged: Row[] = [];
  let next = 0;
  for (const row of keyed) {
    for (let mark = marks[next]; mark !== undefined && isAfter(mark, row.latest); mark = marks[next]) {
      merged.push(mark);
      next += 1;
    }
    merged.push(row);
  }
  merged.push(...marks.slice(next));
  return merged;
}
