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

/** What the rate chart shows: 15 minutes and the running second. */
const REMEMBERED_SECONDS = 901;

/** What became of a panel's messages: received = shown + malformed + folded + dropped. */
export interface PanelCounts {
  readonly received: number;
  /** Valid events that are kept. */
  readonly shown: number;
  /** Messages that aren't events of this panel; shown as such while they are kept. */
  readonly malformed: number;
  /** Messages that were counted and not decoded, because the page was flooded. */
  readonly folded: number;
  /** Valid events that gave way to newer ones. */
  readonly dropped: number;
  /** How many keys gave way to newer ones: beside the sum, as their events are among those dropped. */
  readonly olderKeys: number;
}

/** A panel's messages at one moment: what is shown of them is made of this. */
export interface Snapshot {
  /** What is kept, newest first. */
  readonly rows: readonly Row[];
  readonly counts: PanelCounts;
  /** The columns that fit what came, for a feed that names none. */
  readonly found: readonly FoundColumn[];
  /** Whether any event had a trace. */
  readonly hasTrace: boolean;
}

/** The time, by the wall clock and by one that never jumps. */
interface PanelClock {
  /** Epoch milliseconds. */
  wallMs(): number;
  /** Milliseconds since any start. */
  steadyMs(): number;
}

/** What a store shares with the others of its page. */
export interface StoreParts {
  readonly budget: DecodeBudget;
  readonly clock: PanelClock;
  readonly frames: Frames;
}

const foundColumns = new Part(() => import("../content/found-columns.ts"));

/** As many columns as can be read beside each other where nobody has chosen. */
const FOUND_COLUMNS = 6;
/** One for all times: who shows columns lays them out anew when they are others. */
const NONE_FOUND: readonly FoundColumn[] = [];

/**
 * One panel's messages from the subscription to what shows them: decoded, checked, kept within bounds, counted,
 * and published as a snapshot, at most ten times a second.
 */
export class PanelStore {
  readonly feed: Feed;
  /** Of the last minute. */
  readonly rate = new RateMeter(61);
  /** Of the last 15 minutes. */
  readonly subjectRates: SubjectRates;
  readonly pace = new Pace();
  readonly #entries: Kept;
  readonly #parts: StoreParts;
  readonly #snapshot: Signal<Snapshot>;
  /** The messages as they were last published. */
  readonly snapshot: ReadonlySignal<Snapshot>;
  readonly #rules: ReadingRules;
  readonly #readers: ReaderQueue;
  readonly #totals = { received: 0, malformed: 0, folded: 0, events: 0 };
  readonly #listeners = new Set<{
    readonly event: (event: FeedEvent) => void;
    readonly forget: () => void;
  }>();
  /** Takes in the last message for which there was no time, once there is: in a burst the last one says how things stand. */
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

  /** The events that are kept at this moment, oldest first: the snapshot may not have all of them yet. */
  events(): readonly FeedEvent[] {
    return this.#entries
      .rows()
      .flatMap(eventsOf)
      .sort((one, other) => one.seq - other.seq);
  }

  /** Takes a message; never throws, whatever the message is. */
  receive(message: Message): void {
    const nowMs = this.#parts.clock.wallMs();
    // What was stored before happened then, not when the panel was opened.
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

  /** Reads a message as those of the panel are, without taking it in. */
  async read(message: Message): Promise<FeedEvent | MalformedMessage> {
    const reader = await this.#readers.readerOf(message);
    const atMs = message.publishedAtMs ?? this.#parts.clock.wallMs();
    return readMessage(message, reader, this.#rules, 0, atMs);
  }

  /** Calls `event` with each event, and `forget` where all keys are gone, until the returned function is called. */
  onEvent(event: (event: FeedEvent) => void, forget: () => void = () => {}): () => void {
    const listener = { event, forget };
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls `take` with each event that is kept, oldest first, and with each that comes, until the returned function is called. */
  follow(take: (event: FeedEvent) => void): () => void {
    for (const event of this.events()) take(event);
    return this.onEvent(take);
  }

  /** Puts a mark where the stream was broken. */
  markGap(gap: Gap): void {
    const { kind: gapKind, subject: _, ...rest } = gap;
    // A bucket that was made anew has none of the keys of the one before.
    const isAnother = gapKind === "discarded" && gap.missing === "unknown";
    if (isAnother && this.feed.kv !== undefined && this.#rules.key !== null) {
      this.#entries.forgetKeys();
      this.#readDeferred = null;
      for (const { forget } of this.#listeners) forget();
    }
    this.#seq += 1;
    this.#entries.add({ kind: "gap", seq: this.#seq, atMs: gap.toMs, gapKind, ...rest });
    this.#parts.frames.ask(this.#publish);
  }

  /** Publishes nothing more. */
  end(): void {
    this.#parts.frames.forget(this.#publish);
  }

  /** Finds columns for a feed that names none, as soon as what finds them is there, whoever has asked for it. */
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

  /** Reads a message, if there is time for it; a history that was asked for is bounded, and read whatever it takes. */
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
    // What was asked for is no flood: it takes nothing from what comes live.
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
