import type { SeenMessage } from "./cursor.ts";
import { mayLag } from "./missing.ts";
import { AskError, type History } from "./port.ts";
import { StoredMessage, type StoredParts } from "./stored.ts";
import { BATCH_SIZE, type Stream } from "./stream.ts";

/** The most messages of a stream that has to be read whole to find the last of each subject. */
const MOST_READ = 200_000;

/** How many parts of a stream are read at once. */
const PARTS = 8;

/** The largest share of unwanted messages to read, rather than search for the exact start. */
const SURPLUS = 0.1;

/** How often a history that ends before its last message is read again before the stream is asked for that message. */
const MOST_SHORT_READS = 8;

type Deliver = (message: StoredMessage) => void;

/** Reads one listener's history. `run` may be called again on another link, and continues where the last one ended. */
export class HistoryReader {
  readonly #history: History;
  readonly #upTo: number;
  readonly #lastMatch: SeenMessage | null;
  readonly #deliver: Deliver;
  #next: number | null = null;
  /** How many messages to skip before the wanted ones. */
  #surplus = 0;
  /** How often the history ended before its last message. */
  #shortReads = 0;
  /** Whether the stream may hold messages that the history lacks. */
  isIncomplete = false;

  /**
   * @param upTo the last sequence of the history
   * @param lastMatch the last message of the history, if known
   * @param deliver receives the messages in order
   */
  constructor(history: History, upTo: number, lastMatch: SeenMessage | null, deliver: Deliver) {
    this.#history = history;
    this.#upTo = upTo;
    this.#lastMatch = lastMatch;
    this.#deliver = deliver;
  }

  /**
   * Delivers the rest of the history.
   * @returns the sequence after which the listener wants live messages
   * @throws AskError
   */
  async run(stream: Stream): Promise<number> {
    if ("lastPerSubject" in this.#history) return this.#lastPerSubject(stream);
    this.#next ??= await this.#findStart(stream, this.#history);
    while (this.#next <= this.#upTo && (await stream.read(this.#next, BATCH_SIZE, this.#onMessage)));
    await this.#checkComplete(stream, this.#next - 1);
    return this.#upTo;
  }

  /**
   * Checks a history that was read up to `sequence`. If that is before its last message, the replica is behind or the
   * message was discarded.
   * @throws AskError if the history has to be read again
   */
  async #checkComplete(stream: Stream, sequence: number): Promise<void> {
    const last = this.#lastMatch?.sequence ?? 0;
    if (sequence >= last) return;
    this.#shortReads += 1;
    if (this.#shortReads <= MOST_SHORT_READS) throw new AskError("timeout");
    const found = await stream.find(last, ">");
    const isThere = found?.first.sequence === last;
    if (isThere && this.#shortReads <= 2 * MOST_SHORT_READS) throw new AskError("timeout");
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
    const isTooOld = next === 1 && Date.parse(this.#lastMatch?.time ?? "") < history.sinceMs;
    if (!isTooOld) await this.#checkComplete(stream, next - 1);
    return this.#upTo + 1;
  }

  /** Finds where the last `wanted` messages begin, by interpolation between the counts of two sequences. */
  async #findLast(stream: Stream, wanted: number): Promise<number> {
    const all = await stream.find(1);
    if (all === null) {
      await this.#checkComplete(stream, 0);
      return this.#upTo + 1;
    }
    if (!stream.countsPending) return this.#findLastByReading(stream, wanted);
    let low = { sequence: all.first.sequence, count: all.count };
    let high = { sequence: this.#upTo + 1, count: 0 };
    const most = Math.ceil(wanted * (1 + SURPLUS));
    for (let turn = 1; low.count > most && high.sequence - low.sequence > 1; turn += 1) {
      // Where messages come in bursts, guesses may stay far off: every third time the middle is taken.
      const share = turn % 3 === 0 ? 0.5 : (low.count - (wanted + most) / 2) / (low.count - high.count);
      const guess = Math.floor(low.sequence + share * (high.sequence - low.sequence));
      const sequence = Math.min(Math.max(guess, low.sequence + 1), high.sequence - 1);
      const count = (await stream.find(sequence))?.count ?? 0;
      if (count >= wanted) low = { sequence, count };
      else high = { sequence, count };
    }
    this.#surplus = Math.max(0, low.count - wanted);
    return low.sequence;
  }

  /** As `#findLast`, on a server that doesn't count: reads ever longer ranges until one has enough messages. */
  async #findLastByReading(stream: Stream, wanted: number): Promise<number> {
    for (let length = wanted; ; length *= 4) {
      const from = Math.max(1, this.#upTo + 1 - length);
      let count = 0;
      const onMessage = ({ sequence }: StoredParts) => {
        if (sequence <= this.#upTo) count += 1;
        next = sequence + 1;
      };
      let next = from;
      while (next <= this.#upTo && (await stream.read(next, BATCH_SIZE, onMessage)));
      if (count < wanted && from > 1) continue;
      this.#surplus = Math.max(0, count - wanted);
      return from;
    }
  }

  /** Finds the first message since a time by binary search, on a server that doesn't accept a time. */
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

  async #lastPerSubject(stream: Stream): Promise<number> {
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
    // A replica that is behind may lack messages that the listener doesn't get live either.
    if (upTo === 0) await this.#checkComplete(stream, 0);
    else if (upTo < this.#upTo) throw new AskError("timeout");
    const inOrder = [...last.values()].sort((one, other) => one.sequence - other.sequence);
    for (const parts of inOrder) this.#deliver(new StoredMessage(parts, true));
    return Math.max(upTo, this.#upTo);
  }

  /**
   * Reads the whole history, all parts at once.
   * @returns the last sequence that was read
   */
  async #readAll(stream: Stream, onMessage: (parts: StoredParts) => void): Promise<number> {
    const all = await stream.find(1);
    if (all === null) return 0;
    let last = 0;
    const { first, count } = all;
    const length = this.#upTo - first.sequence + 1;
    if ((stream.countsPending ? count : length) > MOST_READ) throw new AskError("refused");
    const partLength = Math.ceil(length / PARTS);
    const batch = stream.countsPending ? Math.ceil(count / PARTS) + 1 : BATCH_SIZE;
    await Promise.all(
      Array.from({ length: PARTS }, async (_, index) => {
        let next = first.sequence + index * partLength;
        const end = Math.min(next + partLength - 1, this.#upTo);
        const onPart = (parts: StoredParts) => {
          next = Math.max(next, parts.sequence + 1);
          last = Math.max(last, parts.sequence);
          if (parts.sequence <= end) onMessage(parts);
        };
        while (next <= end && (await stream.read(next, batch, onPart)));
      }),
    );
    return last;
  }
}
