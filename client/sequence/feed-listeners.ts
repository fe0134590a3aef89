import type { Message } from "../message.ts";
import type { Clock } from "../options.ts";
import type { Gap, Missing } from "../subscriptions/gap.ts";
import type { SeenMessage } from "./cursor.ts";
import type { HistoryReader } from "./history.ts";
import { AskError, type History, type SequencedListener, type SequenceState } from "./port.ts";
import { RETRY_MS } from "./retry.ts";
import type { StoredMessage } from "./stored.ts";
import { ANSWER_TIMEOUT_MS, type Stream } from "./stream.ts";
import { fallback, loadPart, pause } from "./wait.ts";

/** Limits of the live messages buffered while a listener's history is read; the oldest are evicted and reported. */
const MOST_BUFFERED = 10_000;
const MOST_BUFFERED_BYTES = 16_000_000;

/** How often loading the code for histories may fail before listeners go live without one. */
const MOST_LOADS = 8;

/** The most that one failure counts of the time after which a history is given up, milliseconds. */
const MOST_FAILED_MS = 2 * ANSWER_TIMEOUT_MS;

/** The messages that were evicted from a listener's buffer. */
interface Evicted {
  readonly count: number;
  readonly first: Message;
  readonly last: Message;
}

/** One listener's place in the feed: it gets its own history first, and then live messages. */
class FeedListener {
  listener: SequencedListener;
  /** The listener that asked for the history: one that replaces it doesn't get it. */
  readonly historyListener: SequencedListener;
  /** The history to read; undefined once the listener is live. */
  history: History | undefined;
  reader: HistoryReader | null = null;
  isReading = false;
  /** Live messages after this sequence are delivered; null until the listener has a position. */
  liveAfter: number | null = null;
  /** The last message of the filter up to `liveAfter`, if known. */
  lastMatch: SeenMessage | null = null;
  /** The last message of the history that was delivered. */
  lastHistory: StoredMessage | null = null;
  evicted: Evicted | null = null;
  #buffer: StoredMessage[] = [];
  #bufferedBytes = 0;

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
      this.evicted = { count: (this.evicted?.count ?? 0) + 1, first: this.evicted?.first ?? last, last };
    }
  }

  clearBuffer(): void {
    this.#buffer = [];
    this.#bufferedBytes = 0;
    this.evicted = null;
  }

  /** Ends the history, whether or not it was read: reports its gaps, and delivers the buffered messages after them. */
  goLive(liveAfter: number | null, gaps: readonly Gap[]): void {
    this.history = undefined;
    this.reader = null;
    this.liveAfter = liveAfter;
    const buffered = this.#buffer;
    this.clearBuffer();
    for (const gap of gaps) this.listener.gap(gap);
    for (const message of buffered) this.deliver(message);
  }
}

/** The listeners of one feed. Any of their callbacks may add or remove listeners. */
export class FeedListeners {
  readonly #entries = new Set<FeedListener>();
  readonly #clock: Clock;
  readonly #makeGap: (missing: Missing) => Gap;

  /** @param makeGap makes the gap for messages of a history, or evicted ones, that a listener doesn't get */
  constructor(clock: Clock, makeGap: (missing: Missing) => Gap) {
    this.#clock = clock;
    this.#makeGap = makeGap;
  }

  /**
   * Adds a listener, which gets no messages until `startAt`; the returned function removes it.
   * @param replaced the listener whose position it takes over, unless it wants a history of its own
   */
  add(listener: SequencedListener, history: History | undefined, replaced?: SequencedListener): () => void {
    const before = [...this.#entries].find((entry) => entry.listener === replaced);
    const inherits = history === undefined && before !== undefined;
    const entry = inherits ? before : new FeedListener(listener, history);
    entry.listener = listener;
    this.#entries.add(entry);
    return () => {
      if (entry.listener === listener) this.#entries.delete(entry);
    };
  }

  clear(): void {
    this.#entries.clear();
  }

  /** Sets where the history of new listeners ends and their live messages begin. */
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

  /** A message was dropped because the stream can't have sent it. */
  reportDropped(): void {
    for (const { listener } of [...this.#entries]) listener.dropped();
  }

  /** Reports a gap to all listeners that have a position: one that joins during a break gets its position afterwards. */
  reportGap(gap: Gap): void {
    for (const { liveAfter, listener } of [...this.#entries]) if (liveAfter !== null) listener.gap(gap);
  }

  /**
   * The stream was recreated: pending histories of the old one are dropped.
   * @param isNew whether a message belongs to the new stream
   * @returns the highest sequence of the new stream that a listener has got as its history
   */
  restart(isNew: (message: StoredMessage) => boolean): number {
    let highest = 0;
    for (const entry of this.#entries) {
      if (entry.liveAfter === null) continue;
      // A history may have been read from the new stream already. Then the buffered messages are from the old one.
      const { lastHistory } = entry;
      const read = lastHistory !== null && isNew(lastHistory) ? lastHistory.sequence : 0;
      if (read > 0) entry.clearBuffer();
      entry.goLive(read, []);
      highest = Math.max(highest, read);
    }
    return highest;
  }

  /** No history can be read: all listeners that wait for one go live with a gap in its place. */
  giveUpHistories(): void {
    const gap = this.#makeGap("unknown");
    for (const entry of [...this.#entries])
      if (this.#wantsHistory(entry)) this.#goLive(entry, entry.liveAfter, gap);
  }

  /** Starts to read the histories of all listeners that have a position. */
  readHistories(stream: Stream): void {
    for (const entry of this.#entries) {
      if (this.#wantsHistory(entry) && !entry.isReading) void this.#readHistory(entry, stream);
    }
  }

  async #readHistory(entry: FeedListener, stream: Stream): Promise<void> {
    entry.isReading = true;
    let failedMs = 0;
    for (let loads = 0; this.#wantsHistory(entry) && !stream.signal.aborted; ) {
      const startedAtMs = this.#clock.now();
      try {
        const reader: HistoryReader = entry.reader ?? (await this.#createReader(entry, stream));
        // While the code was loaded, the history may have been given up.
        if (entry.history === undefined) break;
        entry.reader = reader;
        const after = await reader.run(stream);
        if (entry.reader !== reader) break;
        this.#goLive(entry, after, reader.isIncomplete ? this.#makeGap("unknown") : null);
      } catch (error) {
        if (!(error instanceof AskError)) throw error;
        // The wall clock may have been set meanwhile.
        const tookMs = Math.min(Math.max(0, this.#clock.now() - startedAtMs), MOST_FAILED_MS);
        failedMs += tookMs + RETRY_MS.waiting;
        const isHopeless = error.failure === "refused" || failedMs >= RETRY_MS.giveUp;
        if (error.failure === "not-loaded") loads += 1;
        if (loads > MOST_LOADS) this.giveUpHistories();
        // Only this kind of history is refused or unanswered: those of other listeners may be readable.
        else if (isHopeless && this.#wantsHistory(entry))
          this.#goLive(entry, entry.liveAfter, this.#makeGap("unknown"));
        else await pause(this.#clock, RETRY_MS.waiting, stream.signal).catch(fallback(undefined));
      }
    }
    entry.isReading = false;
  }

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

  /** @param unread the gap for what is missing of the history */
  #goLive(entry: FeedListener, liveAfter: number | null, unread: Gap | null): void {
    const gaps = unread === null ? [] : [unread];
    const { evicted } = entry;
    if (evicted !== null) {
      const gap = this.#makeGap({ exactly: evicted.count });
      // Messages republished by a server older than 2.10 have no time.
      const toMs = evicted.last.publishedAtMs ?? gap.toMs;
      const fromMs = Math.min(evicted.first.publishedAtMs ?? gap.fromMs, toMs);
      gaps.push({ ...gap, fromMs, toMs });
    }
    entry.goLive(liveAfter, gaps);
  }
}
