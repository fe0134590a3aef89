import type { Gap } from "../subscriptions/gap.ts";
import type { HistoryReader } from "./history.ts";
import { loaded } from "./loaded.ts";
import type { Mark } from "./place.ts";
import type { History, SequencedListener, SequenceState } from "./port.ts";
import type { Stored } from "./stored.ts";
import type { Stream } from "./stream.ts";

/** What waits for a listener while its history is read; the oldest give way and are told of. */
const MOST_WAITING = 10_000;
const MOST_WAITING_BYTES = 16_000_000;

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
  #lost = 0;

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
      this.#bytes -= this.#waiting.shift()?.data.length ?? 0;
      this.#lost += 1;
    }
  }

  /** Its history is read, or never will be: what has waited follows. */
  goOn(after: number | null): number {
    this.history = undefined;
    this.reader = null;
    this.after = after;
    const [waiting, lost] = [this.#waiting, this.#lost];
    this.#waiting = [];
    this.#bytes = 0;
    this.#lost = 0;
    for (const message of waiting) this.take(message);
    return lost;
  }
}

/** The listeners to one feed. They may come and go while they are told something. */
export class Audience {
  readonly #members = new Set<Member>();

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
    for (const { listener } of [...this.#members]) listener.dropped(1);
  }

  /** Tells those that have their place; who has come since something began to be missed gets one when it is over. */
  gap(gap: Gap): void {
    for (const { after, listener } of [...this.#members]) if (after !== null) listener.gap(gap);
  }

  /**
   * The stream is another, and begins anew: whatever history somebody waits for is gone.
   * @param isOfIt whether a message is of this other stream
   */
  restart(isOfIt: (message: Stored) => boolean): void {
    for (const member of this.#members) {
      if (member.after === null) continue;
      // Somebody's history may have been read from it before it was noticed.
      member.goOn(member.latest !== null && isOfIt(member.latest) ? member.latest.sequence : 0);
    }
  }

  /** No history can be read: those that wait for one go on without, and are told. */
  giveUp(gap: Gap): void {
    for (const member of [...this.#members]) {
      if (member.history === undefined || member.after === null) continue;
      member.goOn(member.after);
      member.listener.gap(gap);
    }
  }

  /**
   * Reads the histories that are wanted, each once.
   * @param again settles when one that couldn't be read may be tried again, with whether it may
   * @param gaveWay makes the gap of those that gave way meanwhile
   */
  read(stream: Stream, again: (error: unknown) => Promise<boolean>, gaveWay: (lost: number) => Gap): void {
    for (const member of this.#members) {
      if (member.history !== undefined && member.after !== null && !member.isReading) {
        void this.#read(member, stream, again, gaveWay);
      }
    }
  }

  async #read(
    member: Member,
    stream: Stream,
    again: (error: unknown) => Promise<boolean>,
    gaveWay: (lost: number) => Gap,
  ): Promise<void> {
    member.isReading = true;
    while (member.history !== undefined && this.#members.has(member)) {
      try {
        const reader: HistoryReader = member.reader ?? (await this.#readerOf(member, stream));
        // Nobody may have waited for its code any more.
        if (member.history === undefined) break;
        member.reader = reader;
        const after = await reader.run(stream);
        if (member.reader !== reader) break;
        const lost = member.goOn(after);
        if (lost > 0) member.listener.gap(gaveWay(lost));
      } catch (error) {
        if (!(await again(error))) break;
      }
    }
    member.isReading = false;
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
}
