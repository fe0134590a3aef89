import type { Path } from "../content/path.ts";
import { keyText } from "../content/rules.ts";
import { Bounded } from "./bounded.ts";
import type { Entry, FeedEvent, GapMark, MalformedMessage } from "./entry.ts";

/** The events of one key: the latest stands for them all. */
export interface KeyedRow {
  readonly kind: "keyed";
  readonly key: string;
  readonly latest: FeedEvent;
  /** Every event of this key that is kept, newest first. */
  history(): readonly FeedEvent[];
  readonly count: number;
}

/** A line of a panel as it is laid out. */
export type Row = Entry | KeyedRow;

/** What a panel keeps of its stream, bounded, in the shape that its view shows. */
export interface KeptMessages {
  /** Takes the newest entry, or a gap, which stands before what it has recovered. */
  add(entry: Entry): void;
  /** How many keys gave way to newer ones; a key that came back and gave way again is two. */
  readonly olderKeys: number;
  /** A copy, newest first. */
  rows(): readonly Row[];
}

const ENTRIES = 1000;
/** Kept of each panel unless its feed says otherwise. */
export const KEYS = 5000;
const EVENTS_PER_KEY = 50;
const MARKS = 200;
const BYTES = 8_000_000;
/** Of a key its latest event is kept beyond those bytes, but not beyond these: then whole keys give way. */
const LATEST_BYTES = 8 * BYTES;

function weigh(entry: Entry): number {
  return entry.kind === "gap" ? 0 : entry.raw.length;
}

/** Everything in the order of arrival: what all views but `latest-by-key` show. */
export class RecentEntries implements KeptMessages {
  readonly olderKeys = 0;
  readonly #entries: Bounded<Entry>;

  constructor(capacity = ENTRIES, maxBytes = BYTES) {
    this.#entries = new Bounded<Entry>(capacity, maxBytes, weigh);
  }

  add(entry: Entry): void {
    this.#entries.add(entry, (newer) => isRecoveredBy(entry, newer));
  }

  rows(): readonly Row[] {
    return this.#entries.newestFirst();
  }
}

/** One row per value of a field, the latest changed first, with the history of each: `latest-by-key`. */
export class LatestByKey implements KeptMessages {
  readonly #path: Path;
  readonly #maxKeys: number;
  readonly #perKey: number;
  readonly #maxBytes: number;
  /** The longest unchanged first. */
  readonly #byKey = new Map<string, Bounded<FeedEvent>>();
  /** Those of them that have more than their latest event, in the same order. */
  readonly #withPast = new Map<string, Bounded<FeedEvent>>();
  readonly #marks = new Bounded<GapMark | MalformedMessage>(MARKS, BYTES, weigh);
  #bytes = 0;
  #olderKeys = 0;

  /** @param path where the key stands; an event without one is malformed, and never gets here */
  constructor(path: Path, maxKeys = KEYS, perKey = EVENTS_PER_KEY, maxBytes = BYTES) {
    this.#path = path;
    this.#maxKeys = maxKeys;
    this.#perKey = perKey;
    this.#maxBytes = maxBytes;
  }

  get olderKeys(): number {
    return this.#olderKeys;
  }

  add(entry: Entry): void {
    if (entry.kind !== "event") {
      this.#marks.add(entry, (newer) => isRecoveredBy(entry, newer));
      return;
    }
    const key = keyText(this.#path.of(entry)) ?? "";
    const history =
      this.#byKey.get(key) ?? new Bounded<FeedEvent>(this.#perKey, Number.POSITIVE_INFINITY, weigh);
    this.#bytes -= history.weight;
    history.add(entry);
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

  rows(): readonly Row[] {
    const keyed: KeyedRow[] = [];
    for (const [key, history] of this.#byKey) {
      const latest = history.newest;
      if (latest !== undefined) keyed.push(keyedRow(key, latest, history));
    }
    return merge(keyed.reverse(), this.#marks.newestFirst());
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

/** A row stands still while its key goes on: it has what there was when it was made, or first asked for its history. */
function keyedRow(key: string, latest: FeedEvent, kept: Bounded<FeedEvent>): KeyedRow {
  let known: readonly FeedEvent[] | null = null;
  const history = () => {
    known ??= kept.newestFirst().filter(({ seq }) => seq <= latest.seq);
    return known;
  };
  return { kind: "keyed", key, latest, count: kept.size, history };
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

/** The event that stands for a row; null for what is none. */
export function eventOf(row: Row): FeedEvent | null {
  if (row.kind === "keyed") return row.latest;
  return row.kind === "event" ? row : null;
}

/** All events of a row that are kept, newest first. */
export function eventsOf(row: Row): readonly FeedEvent[] {
  if (row.kind === "keyed") return row.history();
  return row.kind === "event" ? [row] : [];
}

/** Whether it came after the break that a gap tells of: what was missed is told when it has been recovered. */
function isRecoveredBy(gap: Entry, { atMs }: Entry): boolean {
  return gap.kind === "gap" && gap.recovered > 0 && atMs >= gap.toMs;
}

/** Whether `one` stands after `other`. */
function isAfter(one: GapMark | MalformedMessage, other: FeedEvent): boolean {
  return one.seq > other.seq && !isRecoveredBy(one, other);
}

function merge(keyed: readonly KeyedRow[], marks: readonly (GapMark | MalformedMessage)[]): Row[] {
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
