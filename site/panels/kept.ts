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
  readonly events: readonly FeedEvent[];
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

function weighAll(entries: readonly Entry[]): number {
  return entries.reduce((sum, entry) => sum + weigh(entry), 0);
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
  readonly #byKey = new Map<string, KeyedRow>();
  /** Those of them that have more than their latest event, in the same order. */
  readonly #withPast = new Set<string>();
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
    // A row stands still while its key goes on: the next one has a list of its own.
    const events = [entry, ...(this.#byKey.get(key)?.events ?? [])];
    this.#bytes += weigh(entry) - weighAll(events.splice(this.#perKey));
    // A Map keeps the order of insertion: putting the key back makes it the newest.
    this.#byKey.delete(key);
    this.#byKey.set(key, { kind: "keyed", key, latest: entry, events });
    this.#withPast.delete(key);
    if (events.length > 1) this.#withPast.add(key);
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
    return merge([...this.#byKey.values()].reverse(), this.#entries.newestFirst());
  }

  /** An event of the past gives way: of the key that has just grown beyond its share, else of the longest unchanged. */
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

/** How many valid events rows stand for. */
export function countEvents(rows: readonly Row[]): number {
  let events = 0;
  for (const row of rows) {
    if (row.kind === "keyed") events += row.events.length;
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
  return row.kind === "keyed" ? row.events : [row];
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
