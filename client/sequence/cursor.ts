import type { StoredMessage, StoredParts } from "./stored.ts";

/** Limits of the messages that are held back; beyond them, messages are dropped and read from the stream later. */
const MOST_HELD = 10_000;
const MOST_HELD_BYTES = 16_000_000;

/** A message that the stream was seen to hold; subject and data are known if it was delivered. */
export type SeenMessage = Pick<StoredMessage, "sequence" | "time"> &
  Partial<Pick<StoredMessage, "subject" | "data">>;

/** Sequences without a message of the filter: messages on other subjects, or discarded ones. Grows until they are counted. */
export interface SkippedRange {
  /** The range begins after this sequence. */
  readonly after: number;
  /** The last sequence of the range. */
  upTo: number;
  /** How many sequences of the range had no message. */
  count: number;
}

interface HeldMessage {
  readonly message: StoredMessage;
  /** As in `onLive`. */
  readonly previousOnSubject: number;
}

/**
 * A position in a stream. Puts messages that arrive live, over any number of links, and messages that
 * are read from the stream into one order, without loss or repeat. Does no I/O and has no timers.
 */
export class Cursor {
  /** Every message up to this sequence was delivered or is counted in `skipped`; null until the position is known. */
  position: number | null = null;
  /**
   * The newest message seen, preferably one whose time is known. Identifies the stream: a recreated one has another
   * message at this sequence, or none.
   */
  lastMessage: SeenMessage | null = null;
  /** The newest known message that matches the filter. */
  lastMatch: SeenMessage | null = null;
  skipped: SkippedRange | null = null;
  /** A skipped range that begins before this sequence has no exact count: some listeners don't want all of its messages. */
  inexactBefore = 0;
  /** Counts the reasons to check whether the stream was recreated, and those that a check has covered. */
  identityChecksWanted = 0;
  identityChecksDone = 0;
  /** How often the stream was recreated. */
  generation = 0;
  /** The sequence that a read must reach; null until the read has got all that the stream had at first. */
  readTarget: number | null = null;
  /** The highest sequence that is known to exist. */
  highestKnown = 0;
  /** How many announced messages haven't been read. Those that the stream refused never arrive. */
  awaited = 0;
  readonly #isLiteral: boolean;
  readonly #deliver: (message: StoredMessage, wasLive: boolean) => void;
  /** Live messages that can't be delivered yet, in the stream's order. */
  #held: HeldMessage[] = [];
  #heldBytes = 0;
  #highestAnnounced = 0;

  /**
   * @param filter the subject, which may have wildcards
   * @param deliver receives the messages in order; `wasLive` is false for a message that had to be read
   */
  constructor(filter: string, deliver: (message: StoredMessage, wasLive: boolean) => void) {
    this.#isLiteral = !/(^|\.)[*>](\.|$)/.test(filter);
    this.#deliver = deliver;
  }

  /** The last sequence up to `readTarget` that was neither delivered nor is held; 0 once the target is reached. */
  get lastMissing(): number {
    let last = this.readTarget ?? 0;
    if (last <= (this.position ?? 0)) return 0;
    for (const { message } of [...this.#held].reverse()) if (message.sequence === last) last -= 1;
    return last;
  }

  /** @param sequence as the announcement names it, if it does: overlapping links announce a message twice */
  onAnnouncement(sequence = Number.POSITIVE_INFINITY): void {
    if (sequence <= this.#highestAnnounced) return;
    if (sequence < Number.POSITIVE_INFINITY) this.#highestAnnounced = sequence;
    this.awaited += 1;
  }

  clearAnnouncements(): void {
    this.awaited = 0;
    this.#highestAnnounced = 0;
  }

  /** The position, or if unknown, the sequence before the first held message; null if there is neither. */
  get startPosition(): number | null {
    const first = this.#held[0];
    return this.position ?? (first === undefined ? null : first.message.sequence - 1);
  }

  /** Whether the stream may have been deleted and recreated since the last check. */
  get needsIdentityCheck(): boolean {
    return this.identityChecksWanted > this.identityChecksDone;
  }

  /**
   * A message at or before the position arrived.
   * @returns whether only a recreated stream would send it, so that an identity check is needed
   */
  onOldMessage(parts: Pick<StoredParts, "time">): boolean {
    const isSuspicious = !this.isFromThisStream(parts);
    if (isSuspicious) this.identityChecksWanted += 1;
    return isSuspicious;
  }

  /** Whether a message's time proves that it isn't from a recreated stream, whose messages are newer than the last message. */
  isFromThisStream({ time }: Pick<StoredParts, "time">): boolean {
    return this.lastMessage !== null && time !== "" && !isLater(time, this.lastMessage.time);
  }

  /**
   * Removes the part of a skipped range that has been counted.
   * @param range `skipped` when counting began
   * @param counted a copy of `range` from then: the range may have grown since
   * @returns false if the range was given up or its stream recreated meanwhile, which makes the count void
   */
  resolveSkipped(range: SkippedRange, counted: Readonly<SkippedRange>): boolean {
    if (this.skipped !== range) return false;
    const count = range.count - counted.count;
    this.skipped = count > 0 ? { after: counted.upTo, upTo: range.upTo, count } : null;
    return true;
  }

  /**
   * Sets the position: the messages after it are wanted.
   * @param time when the message at the position was stored; empty if there is none
   * @param lastMatch the last message of the filter up to the position
   * @param inexactBefore as in the field
   */
  begin(position: number, time: string, lastMatch: SeenMessage | null = null, inexactBefore = 0): void {
    this.position = position;
    this.inexactBefore = inexactBefore;
    this.lastMessage = time === "" ? null : { sequence: position, time };
    this.clearAnnouncements();
    this.lastMatch = lastMatch;
    this.skipped = null;
    // Messages held before the position was known may come from a stream that has been recreated since.
    const held = this.#clearHeld();
    this.highestKnown = 0;
    this.readTarget = null;
    for (const one of held) if (!isLater(time, one.message.time)) this.#hold(one);
    this.deliverHeld();
  }

  /**
   * The stream was recreated: all messages of the new one are wanted.
   * @param historyUpTo up to this sequence a listener got the new stream's messages as its history
   */
  restart(historyUpTo = 0): void {
    this.#clearHeld();
    this.generation += 1;
    this.begin(0, "", null, historyUpTo);
  }

  /**
   * A message arrived live. While an identity check is due, none is delivered.
   * @param previousOnSubject the message's `Nats-Last-Sequence`, if the same subscription delivered that one before; else 0
   */
  onLive(message: StoredMessage, previousOnSubject: number): "next" | "held" | "old" {
    const { position } = this;
    if (position !== null && message.sequence <= position) return "old";
    if (position !== null && !this.needsIdentityCheck && this.#follows(message, previousOnSubject)) {
      this.#advance(message, true);
      if (this.#held.length > 0) this.deliverHeld();
      return "next";
    }
    this.#hold({ message, previousOnSubject });
    return "held";
  }

  /** A message was read: the stream has no other between the position and this one, but some may be held. */
  onRead(message: StoredMessage): void {
    const { sequence } = message;
    if (sequence <= (this.position ?? 0)) return;
    this.deliverHeld(sequence - 1);
    if (sequence > (this.position ?? 0)) {
      this.#skip(sequence);
      this.#advance(message, this.#held[0]?.message.sequence === sequence);
    }
    // Counts as the newest announced message: the oldest may be one that the stream refused.
    if (this.awaited > 0) this.awaited -= 1;
    this.deliverHeld();
  }

  /** The missing messages up to `upTo` can't be read: counts them as skipped, and delivers what is held. */
  skipMissing(upTo = this.highestKnown): void {
    this.clearAnnouncements();
    if (this.position === null) return;
    this.deliverHeld(upTo);
    this.#skip(upTo + 1);
    this.position = Math.max(this.position, upTo);
    this.deliverHeld();
  }

  /** Whether no message can be missing in between: the sequence is the next, or the next on a subject without wildcards. */
  #follows({ sequence }: StoredMessage, previousOnSubject: number): boolean {
    if (sequence === (this.position ?? 0) + 1) return true;
    return this.#isLiteral && previousOnSubject === this.lastMatch?.sequence;
  }

  #advance(message: StoredMessage, wasLive: boolean): void {
    this.position = message.sequence;
    this.lastMatch = message;
    if (message.time !== "" || !this.lastMessage?.time) this.lastMessage = message;
    this.#deliver(message, wasLive);
  }

  #skip(toSequence: number): void {
    const after = this.position ?? 0;
    const skipped = toSequence - after - 1;
    if (skipped <= 0) return;
    this.skipped ??= { after, upTo: after, count: 0 };
    this.skipped.upTo = toSequence - 1;
    this.skipped.count += skipped;
  }

  /** Delivers the held messages up to `upTo`, whatever is missing between them, and those that follow without a hole. */
  deliverHeld(upTo = 0): void {
    for (let next = this.#held[0]; next !== undefined; next = this.#held[0]) {
      const { message, previousOnSubject } = next;
      const isOld = message.sequence <= (this.position ?? 0);
      const isNext = isOld || this.#follows(message, previousOnSubject);
      if (!isNext && message.sequence > upTo) return;
      if (!isNext) this.#skip(message.sequence);
      this.#heldBytes -= message.data.length;
      this.#held.shift();
      if (!isOld) this.#advance(message, true);
    }
  }

  #hold(one: HeldMessage): void {
    const { sequence, data, time } = one.message;
    const newest = this.#held.at(-1)?.message;
    // A lower sequence with a later time: the stream was recreated, and what is held came from the old one.
    const isLower = this.position === null && newest !== undefined && sequence < newest.sequence;
    if (isLower && isLater(time, newest.time)) {
      this.#clearHeld();
      this.highestKnown = 0;
    }
    this.highestKnown = Math.max(this.highestKnown, sequence);
    if (this.#held.length >= MOST_HELD || this.#heldBytes + data.length > MOST_HELD_BYTES) return;
    let index = this.#held.length;
    while (index > 0 && (this.#held[index - 1] as HeldMessage).message.sequence > sequence) index -= 1;
    if (this.#held[index - 1]?.message.sequence === sequence) return;
    this.#held.splice(index, 0, one);
    this.#heldBytes += data.length;
  }

  #clearHeld(): HeldMessage[] {
    this.#heldBytes = 0;
    return this.#held.splice(0);
  }
}

/** Whether one of the server's timestamps (RFC 3339, UTC, nanoseconds) is later than another; false if either is empty. */
export function isLater(time: string, than: string): boolean {
  // The server omits trailing zeros, so without the "Z" the times compare as strings.
  return time !== "" && than !== "" && time.slice(0, -1) > than.slice(0, -1);
}
