import type { SeenMessage } from "./cursor.ts";
import { mayLag } from "./missing.ts";
import { AskError, type History } from "./port.ts";
import { StoredMessage, type StoredParts } from "./stored.ts";
import { BATCH_SIZE, type Stream } from "./stream.ts";

/** Where a stream must be read whole to find the last message of each subject, it may have so many. */
const MOST_READ = 200_000;

/** A stretch is read in so many parts at once. */
const PARTS = 8;

/** Reads more than wanted by at most this share, rather than ask once more where it begins. */
const SURPLUS = 0.1;

/** So often in all it is read again for the last message: then it is asked whether that was discarded. */
const MOST_SHORT_READS = 8;

/** A sequence, and how many messages there are from it on. */
interface Count {
  readonly at: number;
  readonly count: number;
}

/** Reads what a listener gets of the past; goes on where it stood when it is run again on another link. */
export class HistoryReader {
  readonly #history: History;
  readonly #upTo: number;
  readonly #lastMatch: SeenMessage | null;
  readonly #deliver: (message: StoredMessage) => void;
  #next: number | null = null;
  /** So many messages come before the wanted ones. */
  #surplus = 0;
  /** How often it ended ahead of the last message. */
  #shortReads = 0;
  /** Whether it may lack what the stream has. */
  isIncomplete = false;

  /**
   * @param upTo the last sequence that is history
   * @param lastMatch the last message that is, as far as it is known
   * @param deliver takes the messages in their order
   */
  constructor(
    history: History,
    upTo: number,
    lastMatch: SeenMessage | null,
    deliver: (message: StoredMessage) => void,
  ) {
    this.#history = history;
    this.#upTo = upTo;
    this.#lastMatch = lastMatch;
    this.#deliver = deliver;
  }

  /**
   * Hands on all that is left of it.
   * @returns after which sequence the listener wants what comes live
   * @throws AskError
   */
  async run(stream: Stream): Promise<number> {
    if ("lastPerSubject" in this.#history) return this.#lastOfEach(stream);
    this.#next ??= await this.#findStart(stream, this.#history);
    while (this.#next <= this.#upTo && (await stream.read(this.#next, BATCH_SIZE, this.#onMessage)));
    await this.#checkComplete(stream, this.#next - 1);
    return this.#upTo;
  }

  /**
   * It was read up to here. A replica that is behind ends ahead of the last message, which may have been discarded, too.
   * @throws AskError where it is to be read again
   */
  async #checkComplete(stream: Stream, sequence: number): Promise<void> {
    const last = this.#lastMatch?.sequence ?? 0;
    if (sequence >= last) return;
    this.#shortReads += 1;
    if (this.#shortReads <= MOST_SHORT_READS) throw new AskError("silence");
    const found = await stream.find(last, ">");
    const isThere = found?.first.sequence === last;
    if (isThere && this.#shortReads <= 2 * MOST_SHORT_READS) throw new AskError("silence");
    this.isIncomplete = isThere || (found === null && (await mayLag(stream, false)));
  }

  readonly #onMessage = (parts: StoredParts): void => {
    if (parts.sequence < (this.#next ?? 0)) return;
    this.#next = parts.sequence + 1;
    if (parts.sequence > this.#upTo) return;
    if (this.#surplus > 0) this.#surplus -= 1;
    else this.#deliver(new StoredMessage(parts, true));
  };

  async #findStart(stream: Stream, history: Exclude<History, { lastPerSubject: true }>) {
    if ("last" in history) return this.#findLast(stream, history.last);
    const hasMore = stream.countsPending ? await stream.readSince(history.sinceMs, this.#onMessage) : null;
    if (hasMore === null) return this.#findSince(stream, history.sinceMs);
    const next = this.#next ?? 1;
    if (hasMore) return next;
    const isTooOld =
      next === 1 && this.#lastMatch !== null && Date.parse(this.#lastMatch.time) < history.sinceMs;
    if (!isTooOld) await this.#checkComplete(stream, next - 1);
    return this.#upTo + 1;
  }

  /** Where the last `wanted` messages begin, guessed from how many there are from a sequence on. */
  async #findLast(stream: Stream, wanted: number): Promise<number> {
    const all = await stream.find(1);
    if (all === null) {
      await this.#checkComplete(stream, 0);
      return this.#upTo + 1;
    }
    if (!stream.countsPending) return this.#findLastByReading(stream, wanted);
    let more: Count = { at: all.first.sequence, count: all.count };
    let less: Count = { at: this.#upTo + 1, count: 0 };
    const most = Math.ceil(wanted * (1 + SURPLUS));
    for (let turn = 1; more.count > most && less.at - more.at > 1; turn += 1) {
      // Where messages come in heaps a guess may be far off, again and again: every third time the middle is taken.
      const share = turn % 3 === 0 ? 0.5 : (more.count - (wanted + most) / 2) / (more.count - less.count);
      const guess = Math.floor(more.at + share * (less.at - more.at));
      const at = Math.min(Math.max(guess, more.at + 1), less.at - 1);
      const count = (await stream.find(at))?.count ?? 0;
      if (count >= wanted) more = { at, count };
      else less = { at, count };
    }
    this.#surplus = Math.max(0, more.count - wanted);
    return more.at;
  }

  /** The same on a server that doesn't count: reads ever longer stretches until one holds enough. */
  async #findLastByReading(stream: Stream, wanted: number): Promise<number> {
    for (let length = wanted; ; length *= 4) {
      const from = Math.max(1, this.#upTo + 1 - length);
      let count = 0;
      const counted = ({ sequence }: StoredParts) => {
        if (sequence <= this.#upTo) count += 1;
        next = sequence + 1;
      };
      let next = from;
      while (next <= this.#upTo && (await stream.read(next, BATCH_SIZE, counted)));
      if (count < wanted && from > 1) continue;
      this.#surplus = Math.max(0, count - wanted);
      return from;
    }
  }

  /** Where what was stored since then begins, on a server that can't be asked for a time. */
  async #findSince(stream: Stream, sinceMs: number): Promise<number> {
    let before = 0;
    let from = this.#upTo + 1;
    while (from - before > 1) {
      const middle = Math.floor((before + from) / 2);
      const found = await stream.find(middle);
      if (found !== null && Date.parse(found.first.time) < sinceMs) before = middle;
      else from = middle;
    }
    return from;
  }

  async #lastOfEach(stream: Stream): Promise<number> {
    const last = new Map<string, StoredParts>();
    const onMessage = (parts: StoredParts) => {
      if (parts.sequence > (last.get(parts.subject)?.sequence ?? 0)) last.set(parts.subject, parts);
    };
    let upTo = await stream.readLastPerSubject(onMessage);
    if (upTo === null) {
      last.clear();
      await this.#checkComplete(stream, await this.#readAll(stream, onMessage));
      upTo = this.#upTo;
    }
    // A replica that is behind would leave out what the listener doesn't get live either.
    if (upTo === 0) await this.#checkComplete(stream, 0);
    else if (upTo < this.#upTo) throw new AskError("silence");
    const inOrder = [...last.values()].sort((one, other) => one.sequence - other.sequence);
    for (const parts of inOrder) this.#deliver(new StoredMessage(parts, true));
    return Math.max(upTo, this.#upTo);
  }

  /**
   * Reads all that is history, in parts at once.
   * @returns the last sequence that came
   */
  async #readAll(stream: Stream, onMessage: (parts: StoredParts) => void): Promise<number> {
    const all = await stream.find(1);
    if (all === null) return 0;
    let at = 0;
    const { first, count } = all;
    const length = this.#upTo - first.sequence + 1;
    if ((stream.countsPending ? count : length) > MOST_READ) {
      throw new AskError("refused");
    }
    const part = Math.ceil(length / PARTS);
    const share = stream.countsPending ? Math.ceil(count / PARTS) + 1 : BATCH_SIZE;
    await Promise.all(
      Array.from({ length: PARTS }, async (_, index) => {
        let next = first.sequence + index * part;
        const end = Math.min(next + part - 1, this.#upTo);
        const within = (parts: StoredParts) => {
          next = Math.max(next, parts.sequence + 1);
          at = Math.max(at, parts.sequence);
          if (parts.sequence <= end) onMessage(parts);
        };
        while (next <= end && (await stream.read(next, share, within)));
      }),
    );
    return at;
  }
}
