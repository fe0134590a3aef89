import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Gap, Message } from "../../client/index.ts";
import type { Feed } from "../../contract/feed.ts";
import type { FoundColumn, FoundColumns } from "../content/found-columns.ts";
import { pathOf } from "../content/path.ts";
import { payloadOf } from "../content/payload.ts";
import type { PayloadReader } from "../content/reading.ts";
import { checkOf } from "../content/rules.ts";
import { Part } from "../ui/parts.ts";
import type { DecodeBudget } from "./budget.ts";
import { type FeedEvent, type MalformedMessage, type ReadingRules, readMessage } from "./entry.ts";
import { countEvents, eventsOf, Kept, type Row } from "./kept.ts";
import { Pace } from "./pace.ts";
import { RateMeter } from "./rate.ts";
import { ReaderQueue } from "./reader-queue.ts";
import { SubjectRates } from "./subject-rates.ts";
import type { Frames } from "./throttle.ts";

/** Seconds of the rate chart: 15 minutes and the current second. */
const REMEMBERED_SECONDS = 901;

/** What became of a panel's messages: received = shown + malformed + folded + dropped. */
export interface PanelCounts {
  readonly received: number;
  /** Valid events that are kept. */
  readonly shown: number;
  /** Messages that break the feed's rules; shown as malformed while they are kept. */
  readonly malformed: number;
  /** Messages that were only counted, not decoded, because the page was flooded. */
  readonly folded: number;
  /** Valid events that were dropped for newer ones. */
  readonly dropped: number;
  /** Keys that were dropped for newer ones. Not part of the sum: their events are among `dropped`. */
  readonly olderKeys: number;
}

/** A panel's messages at one moment, from which everything shown is derived. */
export interface Snapshot {
  /** What is kept, newest first. */
  readonly rows: readonly Row[];
  readonly counts: PanelCounts;
  /** The columns found in the events, for a feed that names none. */
  readonly found: readonly FoundColumn[];
  /** Whether any event had a trace. */
  readonly hasTrace: boolean;
}

/** The time by the wall clock, and by a steady clock that never jumps. */
interface PanelClock {
  /** Epoch milliseconds. */
  wallMs(): number;
  /** Milliseconds since an arbitrary start. */
  steadyMs(): number;
}

/** What all stores of a page share. */
export interface StoreParts {
  readonly budget: DecodeBudget;
  readonly clock: PanelClock;
  readonly frames: Frames;
}

const foundColumns = new Part(() => import("../content/found-columns.ts"));

/** The most columns that are found for a feed without columns of its own. */
const FOUND_COLUMNS = 6;
/** The same array each time: columns are laid out again whenever their identity changes. */
const NONE_FOUND: readonly FoundColumn[] = [];

/**
 * Decodes, checks and counts a panel's messages, keeps them within bounds, and publishes them as a snapshot at most ten
 * times a second.
 */
export class PanelStore {
  readonly feed: Feed;
  /** Messages per second over the last minute. */
  readonly rate = new RateMeter(61);
  /** Messages per second and subject over the last 15 minutes. */
  readonly subjectRates: SubjectRates;
  readonly pace = new Pace();
  readonly #entries: Kept;
  readonly #parts: StoreParts;
  readonly #snapshot: Signal<Snapshot>;
  /** The last published snapshot. */
  readonly snapshot: ReadonlySignal<Snapshot>;
  readonly #rules: ReadingRules;
  readonly #readers: ReaderQueue;
  readonly #totals = { received: 0, malformed: 0, folded: 0, events: 0 };
  readonly #listeners = new Set<{ event: (event: FeedEvent) => void; forget: () => void }>();
  /** Reads the last message that was folded, once there is time: the last message of a burst has the current state. */
  #readDeferred: (() => void) | null = null;
  #seq = 0;
  #hasTrace = false;
  #finder: FoundColumns | null = null;

  constructor(feed: Feed, parts: StoreParts) {
    this.feed = feed;
    this.#parts = parts;
    this.subjectRates = new SubjectRates(feed.subject, REMEMBERED_SECONDS);
    const key = feed.view === "latest-by-key" && feed.key !== undefined ? pathOf(feed.key) : null;
    this.#entries = new Kept(key, { keys: feed.keys });
    this.#snapshot = signal(this.#makeSnapshot());
    this.snapshot = this.#snapshot;
    this.#rules = {
      check: checkOf(feed.fields, key?.text ?? null),
      trace: feed.trace === undefined ? null : pathOf(feed.trace),
      key,
    };
    this.#readers = new ReaderQueue(payloadOf(feed), (reader, message, atMs) => {
      this.#ingest(reader, message, atMs);
      parts.frames.ask(this.#publish);
    });
    if (feed.columns.length === 0) void foundColumns.load().then(() => parts.frames.ask(this.#publish));
  }

  /** All kept events, oldest first, also those that the snapshot doesn't have yet. */
  events(): readonly FeedEvent[] {
    return this.#entries
      .rows()
      .flatMap(eventsOf)
      .sort((one, other) => one.seq - other.seq);
  }

  /** Receives a message from the subscription. Never throws. */
  receive(message: Message): void {
    const nowMs = this.#parts.clock.wallMs();
    // A stored message counts at its publication, not when the panel was opened.
    const atMs = (message.isHistory ? message.publishedAtMs : undefined) ?? nowMs;
    this.#totals.received += 1;
    this.pace.note(atMs);
    if (!message.isHistory) {
      this.rate.count(atMs);
      this.subjectRates.count(message.subject, atMs);
    }
    if (!this.#readers.offer(message, atMs)) this.#totals.folded += 1;
    this.#parts.frames.ask(this.#publish);
  }

  /** Reads a message by the panel's rules, without keeping or counting it. */
  async read(message: Message): Promise<FeedEvent | MalformedMessage> {
    const reader = await this.#readers.readerOf(message);
    const atMs = message.publishedAtMs ?? this.#parts.clock.wallMs();
    return readMessage(message, reader, this.#rules, 0, atMs);
  }

  /** Calls `event` with each new event and `forget` when all keys are dropped. @returns a function that ends both */
  onEvent(event: (event: FeedEvent) => void, forget: () => void = () => {}): () => void {
    const listener = { event, forget };
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Like `onEvent`, but calls `listener` with each kept event first, oldest first. */
  follow(listener: (event: FeedEvent) => void): () => void {
    for (const event of this.events()) listener(event);
    return this.onEvent(listener);
  }

  /** Adds a gap to the rows. */
  markGap(gap: Gap): void {
    const { kind: gapKind, subject: _, ...rest } = gap;
    // A recreated bucket has none of its former keys.
    const isNewBucket = gapKind === "discarded" && gap.missing === "unknown";
    if (isNewBucket && this.feed.kv !== undefined && this.#rules.key !== null) {
      this.#entries.forgetKeys();
      this.#readDeferred = null;
      for (const { forget } of this.#listeners) forget();
    }
    this.#seq += 1;
    this.#entries.add({ kind: "gap", seq: this.#seq, atMs: gap.toMs, gapKind, ...rest });
    this.#parts.frames.ask(this.#publish);
  }

  /** Stops publishing snapshots. */
  end(): void {
    this.#parts.frames.forget(this.#publish);
  }

  /** The columns found for a feed that names none; empty until the code that finds them is loaded. */
  #findColumns(): readonly FoundColumn[] {
    const loaded = foundColumns.now.peek();
    if (loaded === null || this.feed.columns.length > 0) return NONE_FOUND;
    if (this.#finder === null) {
      const finder = new loaded.FoundColumns();
      this.follow((event) => finder.note(event));
      this.#finder = finder;
    }
    return this.#finder.columns(FOUND_COLUMNS);
  }

  /** Reads and keeps a message if the budget allows it. History is bounded already and always read. */
  #ingest(reader: PayloadReader, message: Message, atMs: number): void {
    const startedMs = this.#parts.clock.steadyMs();
    if (!message.isHistory) this.#readDeferred = null;
    if (!message.isHistory && !this.#parts.budget.allows(startedMs)) {
      this.#totals.folded += 1;
      this.#readDeferred = () => {
        this.#totals.folded -= 1;
        this.#ingest(reader, message, atMs);
      };
      return;
    }
    this.#seq += 1;
    const entry = readMessage(message, reader, this.#rules, this.#seq, atMs);
    this.#hasTrace ||= entry.trace !== null;
    this.#entries.add(entry);
    if (entry.kind === "malformed") {
      this.#totals.malformed += 1;
    } else {
      this.#totals.events += 1;
      for (const { event } of this.#listeners) event(entry);
    }
    // History doesn't spend the budget of live messages.
    if (!message.isHistory) this.#parts.budget.spend(this.#parts.clock.steadyMs() - startedMs);
  }

  readonly #publish = (): void => {
    this.#readDeferred?.();
    if (this.#readDeferred !== null) this.#parts.frames.ask(this.#publish);
    this.#snapshot.value = this.#makeSnapshot();
  };

  #makeSnapshot(): Snapshot {
    const rows = this.#entries.rows();
    const { events, ...totals } = this.#totals;
    const { olderKeys } = this.#entries;
    const shown = countEvents(rows);
    return {
      rows,
      counts: { ...totals, shown, dropped: events - shown, olderKeys },
      found: this.#findColumns(),
      hasTrace: this.#hasTrace,
    };
  }
}
