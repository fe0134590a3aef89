import { fromText, isCovered } from "../protocol/subject.ts";

/** A stream that the simulator keeps in memory, in the global account. */
export interface StreamOptions {
  readonly name: string;
  /** What it stores; wildcards allowed. */
  readonly subjects: readonly string[];
  /** Older messages give way. Default 10000. */
  readonly maxMessages?: number;
  /** Older messages of the same subject give way; a KV bucket has 1. Default: no limit. */
  readonly maxMessagesPerSubject?: number;
  /** What is put before a stored message's subject to publish it again with its sequence (RePublish of `>` to `<prefix>.>`). */
  readonly republishPrefix?: string;
  /** What it has from the start, oldest first. Default: nothing. */
  readonly initial?: readonly InitialMessage[];
}

/** A message that a stream has from the start. */
export interface InitialMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  /** When it was stored, epoch milliseconds. */
  readonly atMs: number;
}

/** A message as a stream has it. Subjects are latin1-kept. */
export interface StoredMessage {
  readonly sequence: number;
  readonly subject: string;
  /** The header block as it came; empty without one. */
  readonly headers: Buffer;
  readonly data: Buffer;
  /** When it was stored: epoch milliseconds, and as the server writes it. */
  readonly atMs: number;
  readonly time: string;
  /** The sequence of the one before it on its subject; 0 for none. */
  readonly previous: number;
}

const MAX_MESSAGES = 10_000;
const NO_HEADERS = Buffer.alloc(0);

/** The messages of one stream, in memory. */
export class Stream {
  readonly name: string;
  /** Latin1-kept. */
  readonly subjects: readonly string[];
  readonly republishPrefix: string | undefined;
  readonly createdAtMs = Date.now();
  readonly #maxMessages: number;
  readonly #maxPerSubject: number;
  /** By sequence, and in its order. */
  readonly #messages = new Map<number, StoredMessage>();
  /** The sequences of each subject, in their order. */
  readonly #bySubject = new Map<string, number[]>();
  /** What comes before it is gone. */
  #first = 1;
  lastSequence = 0;

  constructor({ name, subjects, maxMessages, maxMessagesPerSubject, ...rest }: StreamOptions) {
    const { republishPrefix, initial = [] } = rest;
    this.name = name;
    this.subjects = subjects.map(fromText);
    this.republishPrefix = republishPrefix === undefined ? undefined : fromText(republishPrefix);
    this.#maxMessages = maxMessages ?? MAX_MESSAGES;
    this.#maxPerSubject = maxMessagesPerSubject ?? Number.POSITIVE_INFINITY;
    for (const { subject, data, atMs } of initial) {
      this.store(fromText(subject), NO_HEADERS, Buffer.from(data), atMs);
    }
  }

  get size(): number {
    return this.#messages.size;
  }

  get firstSequence(): number {
    // Counted, for a map whose front was deleted is slow to say what is first in it.
    while (this.#first <= this.lastSequence && !this.#messages.has(this.#first)) this.#first++;
    return this.#first;
  }

  store(subject: string, headers: Buffer, data: Buffer, atMs = Date.now()): StoredMessage {
    const ofSubject = this.#bySubject.get(subject) ?? [];
    this.lastSequence++;
    const message = {
      sequence: this.lastSequence,
      subject,
      headers,
      data,
      atMs,
      time: new Date(atMs).toISOString(),
      previous: ofSubject.at(-1) ?? 0,
    };
    this.#messages.set(message.sequence, message);
    ofSubject.push(message.sequence);
    this.#bySubject.set(subject, ofSubject);
    const [oldestOfSubject] = ofSubject;
    if (ofSubject.length > this.#maxPerSubject && oldestOfSubject !== undefined)
      this.#discard(oldestOfSubject);
    if (this.#messages.size > this.#maxMessages) this.#discard(this.firstSequence);
    return message;
  }

  get(sequence: number): StoredMessage | undefined {
    return this.#messages.get(sequence);
  }

  /** What matches from a sequence on, in order; the pattern may have wildcards. */
  *from(sequence: number, pattern: string): Generator<StoredMessage> {
    for (const message of this.#messages.values()) {
      if (message.sequence >= sequence && isCovered(pattern, message.subject)) yield message;
    }
  }

  /** The first sequence that was stored then or later. */
  sequenceAt(atMs: number): number {
    for (const message of this.#messages.values()) if (message.atMs >= atMs) return message.sequence;
    return this.lastSequence + 1;
  }

  /** The last message of each subject under one of the patterns, up to a sequence, in their order. */
  lastOfEach(patterns: readonly string[], upTo = this.lastSequence): readonly StoredMessage[] {
    const last: StoredMessage[] = [];
    for (const [subject, sequences] of this.#bySubject) {
      const message = this.get(sequences.findLast((sequence) => sequence <= upTo) ?? 0);
      if (message !== undefined && patterns.some((pattern) => isCovered(pattern, subject)))
        last.push(message);
    }
    return last.sort((one, other) => one.sequence - other.sequence);
  }

  #discard(sequence: number): void {
    const message = this.#messages.get(sequence);
    if (message === undefined) return;
    this.#messages.delete(sequence);
    // The oldest of all is the oldest of its subject, so it stands first there.
    const ofSubject = this.#bySubject.get(message.subject);
    ofSubject?.shift();
    if (ofSubject?.length === 0) this.#bySubject.delete(message.subject);
  }
}
