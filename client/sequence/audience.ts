import type { Message } from "../message.ts";
import type { Clock } from "../options.ts";
import type { Gap, Missing } from "../subscriptions/gap.ts";
import type { HistoryReader } from "./history.ts";
import { RETRY_MS } from "./persist.ts";
import type { Mark } from "./place.ts";
import { AskError, type History, type SequencedListener, type SequenceState } from "./port.ts";
import type { Stored } from "./stored.ts";
import type { Stream } from "./stream.ts";
import { loaded, pause, unanswered } from "./wait.ts";

/** What waits for a listener while its history is read; the oldest give way and are told of. */
const MOST_WAITING = 10_000;
const MOST_WAITING_BYTES = 16_000_000;

/** What reads a history is loaded again so many times before who waits for it goes on without. */
const LOADS = 8;

/** What gave way to what came later while a history was read. */
interface Lost {
  readonly count: number;
  readonly first: Message;
  readonly last: Message;
}

/** A listener to a feed: it gets its own history first, and then what the feed hands on. */
class Member {
  listener: SequencedListener;
  /** Who wanted its history: whoever has taken its place since doesn't. */
  readonly first: SequencedListener;
  /** What it wants of the past, and hasn't got yet. */
  history: History | undefined;
  reader: HistoryReader | null = null;
  /** Whether that is being read just now. */
  isReading = false;
  /** What comes after this sequence is for it; null until its place is known. */
  after: number | null = null;
  /** The last message up to there, as far as it is known. */
  own: Mark | null = null;
  /** The last message of its history so far. */
  latest: Stored | null = null;
  #waiting: Stored[] = [];
  #bytes = 0;
  #lost: Lost | null = null;

  constructor(listener: SequencedListener, history: History | undefined) {
    this.listener = listener;
    this.first = listener;
    this.history = history;
  }

  take(message: Stored): void {
    if (this.after === null || message.sequence <= this.after) return;
    if (this.history === undefined) {
      this.listener.message(message);
      return;
    }
    this.#waiting.push(message);
    this.#bytes += message.data.length;
    while (this.#waiting.length > MOST_WAITING || this.#bytes > MOST_WAITING_BYTES) {
      const last = this.#waiting.shift() as Stored;
      this.#bytes -= last.data.length;
      this.#lost = { count: (this.#lost?.count ?? 0) + 1, first: this.#lost?.first ?? last, last };
    }
  }

  /** What has waited isn't for it any more. */
  forget(): void {
    this.#waiting = [];
    this.#bytes = 0;
    this.#lost = null;
  }

  /** Its history is read, or never will be: what is missing between that and what has waited is told, and that follows. */
  goOn(after: number | null, gapsOf: (lost: Lost | null) => readonly Gap[]): void {
    this.history = undefined;
    this.reader = null;
    this.after = after;
    const [waiting, gaps] = [this.#waiting, gapsOf(this.#lost)];
    this.forget();
    for (const gap of gaps) this.listener.gap(gap);
    for (const message of waiting) this.take(message);
  }
}

/** The listeners to one feed. They may come and go while they are told something. */
export class Audience {
  readonly #members = new Set<Member>();
  readonly #clock: Clock;
  readonly #unread: (missing: Missing) => Gap;

  /** @param unread makes the gap of what a listener doesn't get of its history, or of what came meanwhile */
  constructor(clock: Clock, unread: (missing: Missing) => Gap) {
    this.#clock = clock;
    this.#unread = unread;
  }

  /**
   * Adds one, which gets nothing before it has its place; the returned function lets it leave.
   * @param replaced the one whose place it takes, unless it wants a history of its own
   */
  add(listener: SequencedListener, history: History | undefined, replaced?: SequencedListener): () => void {
    const before = [...this.#members].find((member) => member.listener === replaced);
    const member = history === undefined && before !== undefined ? before : new Member(listener, history);
    member.listener = listener;
    this.#members.add(member);
    return () => {
      if (member.listener === listener) this.#members.delete(member);
    };
  }

  clear(): void {
    this.#members.clear();
  }

  /** From after `at` on those without a place get what comes live, and their history up to there. */
  place(at: number, own: Mark | null): void {
    for (const member of this.#members) {
      if (member.after !== null) continue;
      member.after = at;
      member.own = own;
    }
  }

  take(message: Stored): void {
    for (const member of this.#members) member.take(message);
  }

  state(state: SequenceState): void {
    for (const { listener } of [...this.#members]) listener.state(state);
  }

  /** Something was left out: no stream sends it. */
  dropped(): void {
    for (const { listener } of [...this.#members]) listener.dropped();
  }

  /** Tells those that have their place; who has come since something began to be missed gets one when it is over. */
  gap(gap: Gap): void {
    for (const { after, listener } of [...this.#members]) if (after !== null) listener.gap(gap);
  }

  /**
   * The stream is another, and begins anew: whatever history somebody waits for is gone.
   * @param isOfIt whether a message is of this other stream
   * @returns up to where somebody has got this one as a history
   */
  restart(isOfIt: (message: Stored) => boolean): number {
    let most = 0;
    for (const member of this.#members) {
      if (member.after === null) continue;
      // Somebody's history may have been read from it before it was noticed: what has waited is older than that.
      const read = member.latest !== null && isOfIt(member.latest) ? member.latest.sequence : 0;
      if (read > 0) member.forget();
      member.goOn(read, () => []);
      most = Math.max(most, read);
    }
    return most;
  }

  /** No history can be read: those that wait for one go on without, and are told. */
  giveUp(): void {
    const gap = this.#unread("unknown");
    for (const member of [...this.#members])
      if (this.#isWaiting(member)) member.goOn(member.after, (lost) => this.#gapsOf(gap, lost));
  }

  /** Reads the histories that are wanted, each once. */
  read(stream: Stream): void {
    for (const member of this.#members) {
      if (this.#isWaiting(member) && !member.isReading) void this.#read(member, stream);
    }
  }

  async #read(member: Member, stream: Stream): Promise<void> {
    member.isReading = true;
    for (let loads = 0; this.#isWaiting(member) && !stream.signal.aborted; ) {
      try {
        const reader: HistoryReader = member.reader ?? (await this.#readerOf(member, stream));
        // Nobody may have waited for its code any more.
        if (member.history === undefined) break;
        member.reader = reader;
        const after = await reader.run(stream);
        if (member.reader !== reader) break;
        member.goOn(after, (lost) => this.#gapsOf(reader.isLacking && this.#unread("unknown"), lost));
      } catch (error) {
        if (!(error instanceof AskError)) throw error;
        if (error.failure === "not-loaded") loads += 1;
        if (loads > LOADS) this.giveUp();
        // What is refused is how this one is read: others may want what can be read.
        else if (error.failure === "refused" && this.#isWaiting(member))
          member.goOn(member.after, (lost) => this.#gapsOf(this.#unread("unknown"), lost));
        else await pause(this.#clock, RETRY_MS.waiting, stream.signal).catch(unanswered(undefined));
      }
    }
    member.isReading = false;
  }

  /** Whether it has its place, and not yet its history. */
  #isWaiting(member: Member): boolean {
    return member.history !== undefined && member.after !== null && this.#members.has(member);
  }

  async #readerOf(member: Member, { signal }: Stream): Promise<HistoryReader> {
    const { HistoryReader } = await loaded(import("./history.ts"), signal);
    const { history, after, own, first } = member;
    const reader = new HistoryReader(history as History, after ?? 0, own, (message) => {
      if (member.reader !== reader || !this.#members.has(member)) return;
      member.latest = message;
      if (member.listener === first) first.message(message);
    });
    return reader;
  }

  /** What of a history can't be read, and what gave way meanwhile; a server before 2.10 doesn't say when it stored that. */
  #gapsOf(unread: Gap | false, lost: Lost | null): readonly Gap[] {
    const gaps = unread === false ? [] : [unread];
    if (lost === null) return gaps;
    const gap = this.#unread({ exactly: lost.count });
    const toMs = lost.last.publishedAtMs ?? gap.toMs;
    const fromMs = Math.min(lost.first.publishedAtMs ?? gap.fromMs, toMs);
    return [...gaps, { ...gap, fromMs, toMs }];
  }
}
