import type { Message } from "../message.ts";

/**
 * How long a message may take from a server's clients into its stream, and how
 * much messages and an answer may overtake each other, milliseconds.
 */
export const SETTLE_MS = 200;

/** What is remembered of a subscription at most; with more its place in the stream is given up. */
const MOST_MESSAGES = 20_000;
const MOST_BYTES = 16_000_000;

/** The stream's last sequence, and between which moments the server looked it up. */
export interface Mark {
  readonly seq: number;
  readonly askedAtMs: number;
  readonly answeredAtMs: number;
}

/** A message that came from the subscription. */
export interface Observation {
  readonly message: Message;
  readonly atMs: number;
  /** Whether its handler hasn't got it yet. */
  readonly held: boolean;
}

/** Of an observation the sequence must be above `above` and at most `atMost`. */
export interface SeqRange {
  readonly above: number;
  readonly atMost: number;
}

/** Where the marks, in order, allow a message in the stream that came at `atMs`. */
export function rangeOf(atMs: number, marks: readonly Mark[]): SeqRange {
  let above = Number.NEGATIVE_INFINITY;
  let atMost = Number.POSITIVE_INFINITY;
  for (const { seq, askedAtMs, answeredAtMs } of marks) {
    if (answeredAtMs + SETTLE_MS < atMs) above = seq;
    if (atMs < askedAtMs - SETTLE_MS) atMost = Math.min(atMost, seq);
  }
  return { above, atMost };
}

/** What came from a subscription since its place in the stream was last known, twice: bounded. */
export class Journal {
  #observations: Observation[] = [];
  #bytes = 0;
  #older: Mark | null = null;
  #newer: Mark | null = null;
  #sinceMark = 0;

  /** The last mark but one, if there is one: what came around the last is told apart by what is between them. */
  get older(): Mark | null {
    return this.#older;
  }

  /** Everything up to here has come, or was told as missing. */
  get newer(): Mark | null {
    return this.#newer;
  }

  get observations(): readonly Observation[] {
    return this.#observations;
  }

  /** How many messages came since the last mark. */
  get sinceMark(): number {
    return this.#sinceMark;
  }

  /** Whether there are more messages than may be remembered. */
  get isFull(): boolean {
    return this.#observations.length > MOST_MESSAGES || this.#bytes > MOST_BYTES;
  }

  /** Notes a message. */
  note(message: Message, atMs: number, held: boolean): void {
    this.#observations.push({ message, atMs, held });
    this.#bytes += message.data.length;
    this.#sinceMark += 1;
  }

  /** Takes the next mark, and lets go of what lies before the last but one. */
  mark(mark: Mark): void {
    this.#older = this.#newer;
    this.#newer = mark;
    this.#sinceMark = 0;
    const keptFromMs = (this.#older ?? mark).askedAtMs - SETTLE_MS;
    this.#keep(this.#observations.filter(({ atMs }) => atMs >= keptFromMs));
  }

  /** What was held has been handed on. */
  release(): void {
    this.#keep(this.#observations.map((one) => (one.held ? { ...one, held: false } : one)));
  }

  /** The place in the stream isn't known any more. */
  forget(): void {
    this.#older = null;
    this.#newer = null;
    this.#sinceMark = 0;
    this.#keep([]);
  }

  #keep(observations: Observation[]): void {
    this.#observations = observations;
    this.#bytes = observations.reduce((sum, { message }) => sum + message.data.length, 0);
  }
}
