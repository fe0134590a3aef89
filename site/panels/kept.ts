import type { Path } from "../content/path.ts";
import { keyText } from "../content/rules.ts";
import type { Entry, FeedEvent, GapMark, MalformedMessage } from "./entry.ts";
import { Ring } from "./ring.ts";

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
  /** Takes the newest entry, or a gap, which stands before what it has recovered; returns how many valid events gave way. */
  add(entry: Entry): number;
  /** How many valid events are kept. */
  readonly events: number;
  /** How many messages are kept, malformed ones among them. */
  readonly kept: number;
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

function countEvents(entries: readonly Entry[]): number {
  return entries.filter(({ kind }) => kind === "event").length;
}

function countMessages(entries: readonly Entry[]): number {
  return entries.filter(({ kind }) => kind !== "gap").length;
}

/** Everything in the order of arrival: what all views but `latest-by-key` show. */
export class RecentEntries implements KeptMessages {
  readonly olderKeys = 0;
  readonly #ring: Ring<Entry>;
  #events = 0;
  #kept = 0;

  constructor(capacity = ENTRIES, maxBytes = BYTES) {
    this.#ring = new Ring<Entry>(capacity, maxBytes, weigh);
  }

  get events(): number {
    return this.#events;
  }

  get kept(): number {
    return this.#kept;
  }

  add(entry: Entry): number {
    const left = this.#ring.insert(entry, (newer) => isRecoveredBy(entry, newer));
    this.#kept += countMessages([entry]) - countMessages(left);
    const gone = countEvents(left);
    this.#events += (entry.kind === "event" ? 1 : 0) - gone;
    return gone;
  }

  rows(): readonly Row[] {
    return this.#ring.newestFirst();
  }
}

/** One row per value of a field, the latest changed first, with the history of each: `latest-by-key`. */
export class LatestByKey implements KeptMessages {
  readonly #path: Path;
  readonly #maxKeys: number;
  readonly #perKey: number;
  readonly #maxBytes: number;
  /** The longest unchanged first. */
  readonly #byKey = new Map<string, Ring<FeedEvent>>();
  /** Those of them that have more than their latest event, in the same order. */
  readonly #withPast = new Map<string, Ring<FeedEvent>>();
  readonly #marks = new Ring<GapMark | MalformedMessage>(MARKS, BYTES, weigh);
  #events = 0;
  #bytes = 0;
  #malformed = 0;
  #olderKeys = 0;

  /** @param path where the key stands; an event without one is malformed, and never gets here */
  constructor(path: Path, maxKeys = KEYS, perKey = EVENTS_PER_KEY, maxBytes = BYTES) {
    this.#path = path;
    this.#maxKeys = maxKeys;
    this.#perKey = perKey;
    this.#maxBytes = maxBytes;
  }

  get events(): number {
    return this.#events;
  }

  get kept(): number {
    return this.#events + this.#malformed;
  }

  get olderKeys(): number {
    return this.#olderKeys;
  }

  add(entry: Entry): number {
    if (entry.kind !== "event") {
      const left = this.#marks.insert(entry, (newer) => isRecoveredBy(entry, newer));
      this.#malformed += countMessages([entry]) - countMessages(left);
      return 0;
    }
    const key = keyText(this.#path.of(entry)) ?? "";
    const history =
      this.#byKey.get(key) ?? new Ring<FeedEvent>(this.#perKey, Number.POSITIVE_INFINITY, weigh);
    const before = this.#events;
    for (const gone of history.push(entry)) this.#forget(gone);
    this.#events += 1;
    this.#bytes += weigh(entry);
    // A Map keeps the order of insertion: putting the key back makes it the newest.
    this.#byKey.delete(key);
    this.#byKey.set(key, history);
    this.#withPast.delete(key);
    if (history.size > 1) this.#withPast.set(key, history);
    if (this.#byKey.size > this.#maxKeys) this.#dropOldestKey();
    while (this.#bytes > this.#maxBytes && this.#withPast.size > 0) this.#dropPast(key);
    while (this.#bytes > LATEST_BYTES && this.#byKey.size > 1) this.#dropOldestKey();
    return before + 1 - this.#events;
  }

  /** Forgets every key: what had them is gone, and another stands in its place. Returns how many events gave way. */
  forgetKeys(): number {
    const gone = this.#events;
    this.#byKey.clear();
    this.#withPast.clear();
    this.#events = 0;
    this.#bytes = 0;
    return gone;
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
    const gone = history?.dropOldest();
    if (gone !== undefined) this.#forget(gone);
    if (history === undefined || history.size <= 1) this.#withPast.delete(key);
  }

  #dropOldestKey(): void {
    this.#olderKeys += 1;
    for (const [key, history] of this.#byKey) {
      for (const gone of history.newestFirst()) this.#forget(gone);
      this.#byKey.delete(key);
      this.#withPast.delete(key);
      return;
    }
  }

  #forget(gone: FeedEvent): void {
    this.#events -= 1;
    this.#bytes -= weigh(gone);
  }
}

/** A row stands still while its key goes on: it has what there was when it was made. */
function keyedRow(key: string, latest: FeedEvent, kept: Ring<FeedEvent>): KeyedRow {
  const history = () => kept.newestFirst().filter(({ seq }) => seq <= latest.seq);
  return { kind: "keyed", key, latest, count: kept.size, history };
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
