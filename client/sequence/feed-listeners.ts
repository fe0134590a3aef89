import type { Message } from "../message.ts";
import type { Clock } from "../options.ts";
import type { Gap, Missing } from "../subscriptions/gap.ts";
import type { SeenMessage } from "./cursor.ts";
import type { HistoryReader } from "./history.ts";
import { AskError, type History, type SequencedListener, type SequenceState } from "./port.ts";
import { RETRY_MS } from "./retry.ts";
import type { StoredMessage } from "./stored.ts";
import type { Stream } from "./stream.ts";
import { fallback, loadPart, pause } from "./wait.ts";

/** What waits for a listener while its history is read; the oldest give way and are told of. */
const MOST_BUFFERED = 10_000;
const MOST_BUFFERED_BYTES = 16_000_000;

/** What reads a history is loaded again so many times before who waits for it goes on without. */
const MOST_LOADS = 8;

/** What gave way to what came later while a history was read. */
interface Evicted {
  readonly count: number;
  readonly first: Message;
  readonly last: Message;
}

/** A listener to a feed: it gets its own history first, and then what the feed hands on. */
class FeedListener {
  listener: SequencedListener;
  /** Who wanted its history: whoever has taken its place since doesn't. */
  readonly historyListener: SequencedListener;
  /** What it wants of the past, and hasn't got yet. */
  history: History | undefined;
  reader: HistoryReader | null = null;
  /** Whether that is being read just now. */
  isReading = false;
  /** What comes after this sequence is for it; null until its place is known. */
  liveAfter: number | null = null;
  /** The last message up to there, as far as it is known. */
  lastMatch: SeenMessage | null = null;
  /** The last message of its history so far. */
  lastHistory: StoredMessage | null = null;
  #buffer: StoredMessage[] = [];
  #bufferedBytes = 0;
  #evicted: Evicted | null = null;

  constructor(listener: SequencedListener, history: History | undefined) {
    this.listener = listener;
    this.historyListener = listener;
    this.history = history;
  }

  deliver(message: StoredMessage): void {
    if (this.liveAfter === null || message.sequence <= this.liveAfter) return;
    if (this.history === undefined) {
      this.listener.message(message);
      return;
    }
    this.#buffer.push(message);
    this.#bufferedBytes += message.data.length;
    while (this.#buffer.length > MOST_BUFFERED || this.#bufferedBytes > MOST_BUFFERED_BYTES) {
      const last = this.#buffer.shift() as StoredMessage;
      this.#bufferedBytes -= last.data.length;
      this.#evicted = { count: (this.#evicted?.count ?? 0) + 1, first: this.#evicted?.first ?? last, last };
    }
  }

  /** What has waited isn't for it any more. */
  clearBuffer(): void {
    this.#buffer = [];
    this.#bufferedBytes = 0;
    this.#evicted = null;
  }

  /** Its history is read, or never will be: what is missing between that and what has waited is told, and that follows. */
  goLive(after: number | null, gapsOf: (evicted: Evicted | null) => readonly Gap[]): void {
    this.history = undefined;
    this.reader = null;
    this.liveAfter = after;
    const [waiting, gaps] = [this.#buffer, gapsOf(this.#evicted)];
    this.clearBuffer();
    for (const gap of gaps) this.listener.gap(gap);
    for (const message of waiting) this.deliver(message);
  }
}

/** The listeners to one feed. They may come and go while they are told something. */
export class FeedListeners {
  readonly #entries = new Set<FeedListener>();
  readonly #clock: Clock;
  readonly #makeGap: (missing: Missing) => Gap;

  /** @param makeGap makes the gap of what a listener doesn't get of its history, or of what came meanwhile */
  constructor(clock: Clock, makeGap: (missing: Missing) => Gap) {
    this.#clock = clock;
    this.#makeGap = makeGap;
  }

  /**
   * Adds one, which gets nothing before it has its place; the returned function lets it leave.
   * @param replaced the one whose place it takes, unless it wants a history of its own
   */
  add(listener: SequencedListener, history: History | undefined, replaced?: SequencedListener): () => void {
    const before = [...this.#entries].find((entry) => entry.listener === replaced);
    const entry =
      history === undefined && before !== undefined ? before : new FeedListener(listener, history);
    entry.listener = listener;
    this.#entries.add(entry);
    return () => {
      if (entry.listener === listener) this.#entries.delete(entry);
    };
  }

  clear(): void {
    this.#entries.clear();
  }

  /** From after `at` on those without a place get what comes live, and their history up to there. */
  startAt(position: number, lastMatch: SeenMessage | null): void {
    for (const entry of this.#entries) {
      if (entry.liveAfter !== null) continue;
      entry.liveAfter = position;
      entry.lastMatch = lastMatch;
    }
  }

  deliver(message: StoredMessage): void {
    for (const entry of this.#entries) entry.deliver(message);
  }

  reportState(state: SequenceState): void {
    for (const { listener } of [...this.#entries]) listener.state(state);
  }

  /** Something was left out: no stream sends it. */
  reportDropped(): void {
    for (const { listener } of [...this.#entries]) listener.dropped();
  }

  /** Tells those that have their place; who has come since something began to be missed gets one when it is over. */
  reportGap(gap: Gap): void {
    for (const { liveAfter: after, listener } of [...this.#entries]) if (after !== null) listener.gap(gap);
  }

  /**
   * The stream is another, and begins anew: whatever history somebody waits for is gone.
   * @param isOfIt whether a message is of this other stream
   * @returns up to where somebody has got this one as a history
   */
  restart(isOfIt: (message: StoredMessage) => boolean): number {
    let most = 0;
    for (const entry of this.#entries) {
      if (entry.liveAfter === null) continue;
      // Somebody's history may have been read from it before it was noticed: what has waited is older than that.
      const read = entry.lastHistory !== null && isOfIt(entry.lastHistory) ? entry.lastHistory.sequence : 0;
      if (read > 0) entry.clearBuffer();
      entry.goLive(read, () => []);
      most = Math.max(most, read);
    }
    return most;
  }

  /** No history can be read: those that wait for one go on without, and are told. */
  giveUpHistories(): void {
    const gap = this.#makeGap("unknown");
    for (const entry of [...this.#entries])
      if (this.#wantsHistory(entry))
        entry.goLive(entry.liveAfter, (evicted) => this.#gapsBeforeLive(gap, evicted));
  }

  /** Reads the histories that are wanted, each once. */
  readHistories(stream: Stream): void {
    for (const entry of this.#entries) {
      if (this.#wantsHistory(entry) && !entry.isReading) void this.#readHistory(entry, stream);
    }
  }

  async #readHistory(entry: FeedListener, stream: Stream): Promise<void> {
    entry.isReading = true;
    for (let loads = 0; this.#wantsHistory(entry) && !stream.signal.aborted; ) {
      try {
        const reader: HistoryReader = entry.reader ?? (await this.#createReader(entry, stream));
        // Nobody may have waited for its code any more.
        if (entry.history === undefined) break;
        entry.reader = reader;
        const after = await reader.run(stream);
        if (entry.reader !== reader) break;
        entry.goLive(after, (evicted) =>
          this.#gapsBeforeLive(reader.isIncomplete && this.#makeGap("unknown"), evicted),
        );
      } catch (error) {
        if (!(error instanceof AskError)) throw error;
        if (error.failure === "not-loaded") loads += 1;
        if (loads > MOST_LOADS) this.giveUpHistories();
        // What is refused is how this one is read: others may want what can be read.
        else if (error.failure === "refused" && this.#wantsHistory(entry))
          entry.goLive(entry.liveAfter, (evicted) => this.#gapsBeforeLive(this.#makeGap("unknown"), evicted));
        else await pause(this.#clock, RETRY_MS.waiting, stream.signal).catch(fallback(undefined));
      }
    }
    entry.isReading = false;
  }

  /** Whether it has its place, and not yet its history. */
  #wantsHistory(entry: FeedListener): boolean {
    return entry.history !== undefined && entry.liveAfter !== null && this.#entries.has(entry);
  }

  async #createReader(entry: FeedListener, { signal }: Stream): Promise<HistoryReader> {
    const { HistoryReader } = await loadPart(import("./history.ts"), signal);
    const { history, liveAfter, lastMatch, historyListener } = entry;
    const reader = new HistoryReader(history as History, liveAfter ?? 0, lastMatch, (message) => {
      if (entry.reader !== reader || !this.#entries.has(entry)) return;
      entry.lastHistory = message;
      if (entry.listener === historyListener) historyListener.message(message);
    });
    return reader;
  }

  /** What of a history can't be read, and what gave way meanwhile; a server before 2.10 doesn't say when it stored that. */
  #gapsBeforeLive(makeGap: Gap | false, evicted: Evicted | null): readonly Gap[] {
    const gaps = makeGap === false ? [] : [makeGap];
    if (evicted === null) return gaps;
    const gap = this.#makeGap({ exactly: evicted.count });
    const toMs = evicted.last.publishedAtMs ?? gap.toMs;
    const fromMs = Math.min(evicted.first.publishedAtMs ?? gap.fromMs, toMs);
    return [...gaps, { ...gap, fromMs, toMs }];
  }
}
