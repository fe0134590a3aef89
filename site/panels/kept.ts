import type { Path } from "../content/path.ts";
import { keyText } from "../content/rules.ts";
import { Bounded } from "./bounded.ts";
import type { Entry, FeedEvent } from "./entry.ts";

/** The events of one key, shown as one row. */
export interface KeyedRow {
  readonly kind: "keyed";
  readonly key: string;
  readonly latest: FeedEvent;
  /** All kept events of this key, newest first. */
  readonly events: readonly FeedEvent[];
}

/** A row of a panel. */
export type Row = Entry | KeyedRow;

const MAX_ENTRIES = 1000;
const MAX_KEYS = 5000;
const MAX_EVENTS_PER_KEY = 50;
/** The most gaps and malformed messages that are kept beside keyed rows. */
const MAX_MARKS = 200;
const MAX_BYTES = 8_000_000;
/** Beyond `MAX_BYTES` a key keeps only its latest event; beyond this, whole keys are dropped. */
const MAX_LATEST_BYTES = 8 * MAX_BYTES;

function weigh(entry: Entry): number {
  return entry.kind === "gap" ? 0 : entry.raw.length;
}

function weighAll(entries: readonly Entry[]): number {
  return entries.reduce((sum, entry) => sum + weigh(entry), 0);
}

/** How much a panel keeps; what is absent has a default. */
interface Bounds {
  readonly entries?: number;
  readonly keys?: number | undefined;
  readonly perKey?: number;
  readonly bytes?: number;
}

/**
 * The messages and gaps that a panel keeps, within bounds: all in order of arrival, or one row per key with its
 * history, the last changed first.
 */
export class Kept {
  readonly #path: Path | null;
  readonly #maxKeys: number;
  readonly #perKey: number;
  readonly #maxBytes: number;
  /** In the order of their last change, oldest first. */
  readonly #byKey = new Map<string, KeyedRow>();
  /** The keys with more than their latest event, in the same order. */
  readonly #withPast = new Set<string>();
  /** Entries without a key: everything, or beside keyed rows gaps and malformed messages. */
  readonly #entries: Bounded<Entry>;
  #bytes = 0;
  #olderKeys = 0;

  /** @param path the path of the key, which all events added have; null where rows have no key */
  constructor(path: Path | null, bounds: Bounds = {}) {
    const { entries = path === null ? MAX_ENTRIES : MAX_MARKS, keys = MAX_KEYS } = bounds;
    const { perKey = MAX_EVENTS_PER_KEY, bytes = MAX_BYTES } = bounds;
    this.#path = path;
    this.#maxKeys = keys;
    this.#perKey = perKey;
    this.#maxBytes = bytes;
    this.#entries = new Bounded(entries, bytes, weigh);
  }

  /** How many keys were dropped for newer ones; a key that returned and was dropped again counts twice. */
  get olderKeys(): number {
    return this.#olderKeys;
  }

  /** Adds the newest entry. A gap is inserted before the messages that were recovered after it. */
  add(entry: Entry): void {
    if (this.#path === null || entry.kind !== "event") {
      this.#entries.add(entry, (newer) => isRecoveredBy(entry, newer));
      return;
    }
    const key = keyText(this.#path.of(entry)) ?? "";
    // A new list each time: snapshots and held rows keep the old one.
    const events = [entry, ...(this.#byKey.get(key)?.events ?? [])];
    this.#bytes += weigh(entry) - weighAll(events.splice(this.#perKey));
    // A Map keeps insertion order: deleting and setting the key makes it the newest.
    this.#byKey.delete(key);
    this.#byKey.set(key, { kind: "keyed", key, latest: entry, events });
    this.#withPast.delete(key);
    if (events.length > 1) this.#withPast.add(key);
    if (this.#byKey.size > this.#maxKeys) this.#dropOldestKey();
    while (this.#bytes > this.#maxBytes && this.#withPast.size > 0) this.#dropPast(key);
    while (this.#bytes > MAX_LATEST_BYTES && this.#byKey.size > 1) this.#dropOldestKey();
  }

  /** Drops all keys, because their bucket was recreated. */
  forgetKeys(): void {
    this.#byKey.clear();
    this.#withPast.clear();
    this.#bytes = 0;
  }

  /** A copy, newest first. */
  rows(): readonly Row[] {
    return merge([...this.#byKey.values()].reverse(), this.#entries.newestFirst());
  }

  /** Drops one past event, of the key that just grew if it exceeds its share of the bytes, else of the oldest key. */
  #dropPast(grown: string): void {
    const [oldest = grown] = this.#withPast;
    const own = this.#withPast.has(grown) ? (this.#byKey.get(grown)?.events ?? []) : [];
    const isBeyondShare = weighAll(own) > this.#maxBytes / this.#byKey.size;
    const row = this.#byKey.get(isBeyondShare ? grown : oldest);
    if (row === undefined) return;
    const events = row.events.slice(0, -1);
    this.#bytes -= weighAll(row.events.slice(-1));
    this.#byKey.set(row.key, { ...row, events });
    if (events.length <= 1) this.#withPast.delete(row.key);
  }

  #dropOldestKey(): void {
    for (const [key, { events }] of this.#byKey) {
      this.#olderKeys += 1;
      this.#bytes -= weighAll(events);
      this.#byKey.delete(key);
      this.#withPast.delete(key);
      return;
    }
  }
}

/** The number of valid events in rows, all events of a key included. */
export function countEvents(rows: readonly Row[]): number {
  let events = 0;
  for (const row of rows) {
    if (row.kind === "keyed") events += row.events.length;
    else if (row.kind === "event") events += 1;
  }
  return events;
}

/** The entry that a row shows: the latest of a key. */
export function latestOf(row: Row): Entry {
  return row.kind === "keyed" ? row.latest : row;
}

/** All kept entries of a row, newest first. */
export function entriesOf(row: Row): readonly Entry[] {
  return row.kind === "keyed" ? row.events : [row];
}

/** The event that a row shows; null for gaps and malformed messages. */
export function eventOf(row: Row): FeedEvent | null {
  const entry = latestOf(row);
  return entry.kind === "event" ? entry : null;
}

/** All kept events of a row, newest first. */
export function eventsOf(row: Row): readonly FeedEvent[] {
  return entriesOf(row).filter((entry) => entry.kind === "event");
}

/** Whether an entry arrived after a gap's end: a gap is reported only once its messages have been recovered. */
function isRecoveredBy(gap: Entry, { atMs }: Entry): boolean {
  return gap.kind === "gap" && gap.recovered > 0 && atMs >= gap.toMs;
}

/** Whether `one` is newer than `other` in the order of rows. */
function isAfter(one: Entry, other: FeedEvent): boolean {
  return one.seq > other.seq && !isRecoveredBy(one, other);
}

/** Merges keyed rows with the gaps and malformed messages between them; both are newest first. */
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
