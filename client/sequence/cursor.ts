import type { StoredMessage, StoredParts } from "./stored.ts";

/** What is held back at most; more is left to be read from the stream. */
const MOST_HELD = 10_000;
const MOST_HELD_BYTES = 16_000_000;

/** A message that the stream had in its place; what it says is known where it was handed on. */
export type SeenMessage = Pick<StoredMessage, "sequence" | "time"> &
  Partial<Pick<StoredMessage, "subject" | "data">>;

/** Sequences of which nobody has said what became of them: others' messages, or discarded ones. Grows until that is known. */
export interface SkippedRange {
  /** They lie after this sequence. */
  readonly after: number;
  /** Up to this one. */
  upTo: number;
  count: number;
}

interface HeldMessage {
  readonly message: StoredMessage;
  /** As in `live`. */
  readonly previousOnSubject: number;
}

/**
 * A place in a stream: a pure machine that puts what comes live, over any number of
 * links, and what is read from the stream into one order without loss or repeat.
 */
export class Cursor {
  /** Up to here everything was handed on, or is unproven; null until it is known. */
  position: number | null = null;
  /** The last message that was there, one whose time is known if any is: another stream has another in its place, or none. */
  lastMessage: SeenMessage | null = null;
  /** The last message of the filter that is known; null where none is. */
  lastMatch: SeenMessage | null = null;
  skipped: SkippedRange | null = null;
  /** Of what begins to be missing before this one some may not be wanted: how many are can't be known exactly. */
  inexactBefore = 0;
  /** How often something came that another stream of the same name would send, and up to which of them that was looked into. */
  identityChecksWanted = 0;
  identityChecksDone = 0;
  /** How often it has begun anew. */
  generation = 0;
  /** How far a read is to get; null until it has got all that it could at first. */
  readTarget: number | null = null;
  /** The highest sequence that is known to be there. */
  highestKnown = 0;
  /** How many messages were announced and haven't been read yet. Some never are: the stream doesn't take them. */
  awaited = 0;
  readonly #isLiteral: boolean;
  readonly #deliver: (message: StoredMessage, wasLive: boolean) => void;
  /** What came live and can't be handed on yet, in order. */
  #held: HeldMessage[] = [];
  #heldBytes = 0;
  /** The highest sequence that an announcement named. */
  #highestAnnounced = 0;

  /**
   * @param filter the subject, with wildcards or without
   * @param deliver takes messages in their order; `wasLive` is false for what only the stream brought
   */
  constructor(filter: string, deliver: (message: StoredMessage, wasLive: boolean) => void) {
    this.#isLiteral = !/(^|\.)[*>](\.|$)/.test(filter);
    this.#deliver = deliver;
  }

  /** The last sequence that a read lacks, 0 where it has got as far as it is to: what comes after that may never end. */
  get lastMissing(): number {
    let previousOnSubject = this.readTarget ?? 0;
    if (previousOnSubject <= (this.position ?? 0)) return 0;
    for (const { message } of [...this.#held].reverse())
      if (message.sequence === previousOnSubject) previousOnSubject -= 1;
    return previousOnSubject;
  }

  /** @param sequence what the announcement named, if anything: two links that overlap both bring it */
  onAnnouncement(sequence = Number.POSITIVE_INFINITY): void {
    if (sequence <= this.#highestAnnounced) return;
    if (sequence < Number.POSITIVE_INFINITY) this.#highestAnnounced = sequence;
    this.awaited += 1;
  }

  /** Nothing that was announced is waited for. */
  clearAnnouncements(): void {
    this.awaited = 0;
    this.#highestAnnounced = 0;
  }

  /** Its place, or else just before what is held back; null where nothing is. */
  get startPosition(): number | null {
    const first = this.#held[0];
    return this.position ?? (first === undefined ? null : first.message.sequence - 1);
  }

  /** Whether the stream may be another by now. */
  get needsIdentityCheck(): boolean {
    return this.identityChecksWanted > this.identityChecksDone;
  }

  /**
   * Something came whose place has passed.
   * @returns whether another stream of the same name would send that
   */
  onOldMessage(parts: Pick<StoredParts, "time">): boolean {
    const isOdd = !this.isFromThisStream(parts);
    if (isOdd) this.identityChecksWanted += 1;
    return isOdd;
  }

  /** Whether this stream stored it before its last one. */
  isFromThisStream({ time }: Pick<StoredParts, "time">): boolean {
    return this.lastMessage !== null && time !== "" && !isLater(time, this.lastMessage.time);
  }

  /**
   * What became of those that were unproven is known.
   * @param asked as they were when that was asked for
   * @returns whether they still are: they may have been given up since, or the stream is another
   */
  resolveSkipped(unproven: SkippedRange, asked: Readonly<SkippedRange>): boolean {
    if (this.skipped !== unproven) return false;
    const count = unproven.count - asked.count;
    this.skipped = count > 0 ? { after: asked.upTo, upTo: unproven.upTo, count } : null;
    return true;
  }

  /**
   * What comes after `at` is wanted.
   * @param time when that message was stored; empty where there is none
   * @param lastMatch the last message of the filter up to there
   * @param inexactBefore up to where some of what comes after it may not be wanted
   */
  begin(position: number, time: string, lastMatch: SeenMessage | null = null, inexactBefore = 0): void {
    this.position = position;
    this.inexactBefore = inexactBefore;
    this.lastMessage = time === "" ? null : { sequence: position, time };
    this.clearAnnouncements();
    this.lastMatch = lastMatch;
    this.skipped = null;
    // What came live before the place was known may be of a stream that isn't there any more.
    const held = this.#clearHeld();
    this.highestKnown = 0;
    this.readTarget = null;
    for (const one of held) if (!isLater(time, one.message.time)) this.#hold(one);
    this.deliverHeld();
  }

  /**
   * The stream is another by now: all that this one has is wanted.
   * @param read up to where somebody has got it as a history
   */
  restart(read = 0): void {
    this.#clearHeld();
    this.generation += 1;
    this.begin(0, "", null, read);
  }

  /**
   * A message came live; while the stream may be another, nothing follows.
   * @param previousOnSubject the sequence before it on its subject, as the stream said, if that came the same way; 0 otherwise
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

  /** The stream was read on to this message: what it skipped isn't there, unless it came live. */
  onRead(message: StoredMessage): void {
    const { sequence } = message;
    if (sequence <= (this.position ?? 0)) return;
    this.deliverHeld(sequence - 1);
    if (sequence > (this.position ?? 0)) {
      this.#skip(sequence);
      this.#advance(message, this.#held[0]?.message.sequence === sequence);
    }
    // It is taken for the one that was announced last: what has been waited for longest may never come.
    if (this.awaited > 0) this.awaited -= 1;
    this.deliverHeld();
  }

  /** What is missing can't be read: what came live is handed on without it, up to where nobody may look for it any more. */
  skipMissing(upTo = this.highestKnown): void {
    this.clearAnnouncements();
    if (this.position === null) return;
    this.deliverHeld(upTo);
    this.#skip(upTo + 1);
    this.position = Math.max(this.position, upTo);
    this.deliverHeld();
  }

  /** Sequences without a hole prove it; on one subject the chain of what came the same way does. */
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

  /** Hands on what was held and follows now, and all of it up to there. */
  deliverHeld(upTo = 0): void {
    for (let next = this.#held[0]; next !== undefined; next = this.#held[0]) {
      const { message, previousOnSubject } = next;
      const isOld = message.sequence <= (this.position ?? 0);
      const isNext = isOld || this.#follows(message, previousOnSubject);
      if (!isNext && message.sequence > upTo) return;
      if (!isNext) this.#skip(message.sequence);
      this.#shiftHeld();
      if (!isOld) this.#advance(message, true);
    }
  }

  #hold(one: HeldMessage): void {
    const { sequence, data, time } = one.message;
    const newest = this.#held.at(-1)?.message;
    // No place is known yet, and the stream has already been made anew: what came of the other isn't wanted.
    const isPassed = this.position === null && newest !== undefined && sequence < newest.sequence;
    if (isPassed && isLater(time, newest.time)) {
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

  #shiftHeld(): void {
    this.#heldBytes -= this.#held.shift()?.message.data.length ?? 0;
  }

  #clearHeld(): HeldMessage[] {
    this.#heldBytes = 0;
    return this.#held.splice(0);
  }
}

/** Whether a time, as the server writes it (RFC 3339 in UTC, to the nanosecond), is later than another; false where one isn't known. */
export function isLater(time: string, than: string): boolean {
  // It leaves out zeros at the end, and what goes on is later.
  return time !== "" && than !== "" && time.slice(0, -1) > than.slice(0, -1);
}
