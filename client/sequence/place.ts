import type { Stored, StoredParts } from "./stored.ts";

/** What is held back at most; more is left to be read from the stream. */
const MOST_HELD = 10_000;
const MOST_HELD_BYTES = 16_000_000;

/** A message that the stream had in its place; what it says is known where it was handed on. */
export type Mark = Pick<Stored, "sequence" | "time"> & Partial<Pick<Stored, "subject" | "data">>;

/** Sequences of which nobody has said what became of them: others' messages, or discarded ones. Grows until that is known. */
export interface Unproven {
  /** They lie after this sequence. */
  readonly after: number;
  /** Up to this one. */
  upTo: number;
  count: number;
}

interface Held {
  readonly message: Stored;
  /** As in `live`. */
  readonly last: number;
}

/**
 * A place in a stream: a pure machine that puts what comes live, over any number of
 * links, and what is read from the stream into one order without loss or repeat.
 */
export class Place {
  /** Up to here everything was handed on, or is unproven; null until it is known. */
  at: number | null = null;
  /** The last message that was there, one whose time is known if any is: another stream has another in its place, or none. */
  mark: Mark | null = null;
  /** The last message of the filter that is known; null where none is. */
  own: Mark | null = null;
  unproven: Unproven | null = null;
  /** Of what begins to be missing before this one some may not be wanted: how many are can't be known exactly. */
  guess = 0;
  /** How often something came that another stream of the same name would send, and up to which of them that was looked into. */
  doubts = 0;
  settledDoubts = 0;
  /** How often it has begun anew. */
  generation = 0;
  /** How far a read is to get; null until it has got all that it could at first. */
  wanted: number | null = null;
  /** The highest sequence that is known to be there. */
  goal = 0;
  /** How many messages were announced and haven't been read yet. Some never are: the stream doesn't take them. */
  due = 0;
  readonly #isLiteral: boolean;
  readonly #handOn: (message: Stored, wasLive: boolean) => void;
  /** What came live and can't be handed on yet, in order. */
  #held: Held[] = [];
  #heldBytes = 0;
  /** The highest sequence that an announcement named. */
  #named = 0;

  /**
   * @param filter the subject, with wildcards or without
   * @param handOn takes messages in their order; `wasLive` is false for what only the stream brought
   */
  constructor(filter: string, handOn: (message: Stored, wasLive: boolean) => void) {
    this.#isLiteral = !/(^|\.)[*>](\.|$)/.test(filter);
    this.#handOn = handOn;
  }

  /** The last sequence that a read lacks, 0 where it has got as far as it is to: what comes after that may never end. */
  get lacks(): number {
    let last = this.wanted ?? 0;
    if (last <= (this.at ?? 0)) return 0;
    for (const { message } of [...this.#held].reverse()) if (message.sequence === last) last -= 1;
    return last;
  }

  /** @param sequence what the announcement named, if anything: two links that overlap both bring it */
  announced(sequence = Number.POSITIVE_INFINITY): void {
    if (sequence <= this.#named) return;
    if (sequence < Number.POSITIVE_INFINITY) this.#named = sequence;
    this.due += 1;
  }

  /** Nothing that was announced is waited for. */
  noneDue(): void {
    this.due = 0;
    this.#named = 0;
  }

  /** Its place, or else just before what is held back; null where nothing is. */
  get start(): number | null {
    const first = this.#held[0];
    return this.at ?? (first === undefined ? null : first.message.sequence - 1);
  }

  /** Whether the stream may be another by now. */
  get isDoubtful(): boolean {
    return this.doubts > this.settledDoubts;
  }

  /**
   * Something came whose place has passed.
   * @returns whether another stream of the same name would send that
   */
  doubt(parts: Pick<StoredParts, "time">): boolean {
    const isOdd = !this.isBefore(parts);
    if (isOdd) this.doubts += 1;
    return isOdd;
  }

  /** Whether this stream stored it before its last one. */
  isBefore({ time }: Pick<StoredParts, "time">): boolean {
    return this.mark !== null && time !== "" && !isLater(time, this.mark.time);
  }

  /**
   * What became of those that were unproven is known.
   * @param asked as they were when that was asked for
   * @returns whether they still are: they may have been given up since, or the stream is another
   */
  settle(unproven: Unproven, asked: Readonly<Unproven>): boolean {
    if (this.unproven !== unproven) return false;
    const count = unproven.count - asked.count;
    this.unproven = count > 0 ? { after: asked.upTo, upTo: unproven.upTo, count } : null;
    return true;
  }

  /**
   * What comes after `at` is wanted.
   * @param time when that message was stored; empty where there is none
   * @param own the last message of the filter up to there
   * @param guess up to where some of what comes after it may not be wanted
   */
  begin(at: number, time: string, own: Mark | null = null, guess = 0): void {
    this.at = at;
    this.guess = guess;
    this.mark = time === "" ? null : { sequence: at, time };
    this.noneDue();
    this.own = own;
    this.unproven = null;
    // What came live before the place was known may be of a stream that isn't there any more.
    const held = this.#takeAll();
    this.goal = 0;
    this.wanted = null;
    for (const one of held) if (!isLater(time, one.message.time)) this.#hold(one);
    this.followOn();
  }

  /**
   * The stream is another by now: all that this one has is wanted.
   * @param read up to where somebody has got it as a history
   */
  restart(read = 0): void {
    this.#takeAll();
    this.generation += 1;
    this.begin(0, "", null, read);
  }

  /**
   * A message came live; while the stream may be another, nothing follows.
   * @param last the sequence before it on its subject, as the stream said, if that came the same way; 0 otherwise
   */
  live(message: Stored, last: number): "next" | "held" | "old" {
    const { at } = this;
    if (at !== null && message.sequence <= at) return "old";
    if (at !== null && !this.isDoubtful && this.#follows(message, last)) {
      this.#pass(message, true);
      if (this.#held.length > 0) this.followOn();
      return "next";
    }
    this.#hold({ message, last });
    return "held";
  }

  /** The stream was read on to this message: what it skipped isn't there, unless it came live. */
  read(message: Stored): void {
    const { sequence } = message;
    if (sequence <= (this.at ?? 0)) return;
    this.followOn(sequence - 1);
    if (sequence > (this.at ?? 0)) {
      this.#skip(sequence);
      this.#pass(message, this.#held[0]?.message.sequence === sequence);
    }
    // It is taken for the one that was announced last: what has been waited for longest may never come.
    if (this.due > 0) this.due -= 1;
    this.followOn();
  }

  /** What is missing can't be read: what came live is handed on without it, up to where nobody may look for it any more. */
  release(upTo = this.goal): void {
    this.noneDue();
    if (this.at === null) return;
    this.followOn(upTo);
    this.#skip(upTo + 1);
    this.at = Math.max(this.at, upTo);
    this.followOn();
  }

  /** Sequences without a hole prove it; on one subject the chain of what came the same way does. */
  #follows({ sequence }: Stored, last: number): boolean {
    return sequence === (this.at ?? 0) + 1 || (this.#isLiteral && last === this.own?.sequence);
  }

  #pass(message: Stored, wasLive: boolean): void {
    this.at = message.sequence;
    this.own = message;
    if (message.time !== "" || !this.mark?.time) this.mark = message;
    this.#handOn(message, wasLive);
  }

  #skip(toSequence: number): void {
    const after = this.at ?? 0;
    const skipped = toSequence - after - 1;
    if (skipped <= 0) return;
    this.unproven ??= { after, upTo: after, count: 0 };
    this.unproven.upTo = toSequence - 1;
    this.unproven.count += skipped;
  }

  /** Hands on what was held and follows now, and all of it up to there. */
  followOn(upTo = 0): void {
    for (let next = this.#held[0]; next !== undefined; next = this.#held[0]) {
      const { message, last } = next;
      const isOld = message.sequence <= (this.at ?? 0);
      const isNext = isOld || this.#follows(message, last);
      if (!isNext && message.sequence > upTo) return;
      if (!isNext) this.#skip(message.sequence);
      this.#shift();
      if (!isOld) this.#pass(message, true);
    }
  }

  #hold(one: Held): void {
    const { sequence, data, time } = one.message;
    const newest = this.#held.at(-1)?.message;
    // No place is known yet, and the stream has already been made anew: what came of the other isn't wanted.
    const isPassed = this.at === null && newest !== undefined && sequence < newest.sequence;
    if (isPassed && isLater(time, newest.time)) {
      this.#takeAll();
      this.goal = 0;
    }
    this.goal = Math.max(this.goal, sequence);
    if (this.#held.length >= MOST_HELD || this.#heldBytes + data.length > MOST_HELD_BYTES) return;
    let index = this.#held.length;
    while (index > 0 && (this.#held[index - 1] as Held).message.sequence > sequence) index -= 1;
    if (this.#held[index - 1]?.message.sequence === sequence) return;
    this.#held.splice(index, 0, one);
    this.#heldBytes += data.length;
  }

  #shift(): void {
    this.#heldBytes -= this.#held.shift()?.message.data.length ?? 0;
  }

  #takeAll(): Held[] {
    this.#heldBytes = 0;
    return this.#held.splice(0);
  }
}

/** Whether a time, as the server writes it (RFC 3339 in UTC, to the nanosecond), is later than another; false where one isn't known. */
export function isLater(time: string, than: string): boolean {
  // It leaves out zeros at the end, and what goes on is later.
  return time !== "" && than !== "" && time.slice(0, -1) > than.slice(0, -1);
}
