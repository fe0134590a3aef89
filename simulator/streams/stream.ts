import { fromText, isCovered } from "../protocol/subject.ts";

/** An in-memory stream of the global account. */
export interface StreamOptions {
  readonly name: string;
  /** Subjects to store; wildcards allowed. */
  readonly subjects: readonly string[];
  /** Messages to keep; the oldest are discarded. Default 10000. */
  readonly maxMessages?: number;
  /** Messages to keep per subject; 1 for a KV bucket. Default: no limit. */
  readonly maxMessagesPerSubject?: number;
  /** Stored messages are republished with their sequence on `<prefix>.<subject>` (RePublish of `>` to `<prefix>.>`). */
  readonly republishPrefix?: string;
  /** Initial messages, oldest first. Default: none. */
  readonly initial?: readonly InitialMessage[];
}

/** An initial message of a stream. */
export interface InitialMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  /** When it was stored, epoch milliseconds. */
  readonly atMs: number;
}

/** A message of a stream. Subjects are latin1-kept. */
export interface StoredMessage {
  readonly sequence: number;
  readonly subject: string;
  /** The header block as received; empty for none. */
  readonly headers: Buffer;
  readonly data: Buffer;
  /** When the message was stored: epoch milliseconds, and as ISO text in `time`. */
  readonly atMs: number;
  readonly time: string;
  /** Sequence of the previous message on the same subject; 0 for none. */
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
  /** Messages by sequence, in ascending order. */
  readonly #messages = new Map<number, StoredMessage>();
  /** Sequences of each subject, in ascending order. */
  readonly #bySubject = new Map<string, number[]>();
  /** All messages before this sequence are discarded. */
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
    // Counted up, because finding the first key of a Map is slow after deletions at its front.
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

  /** Messages that match a pattern, from a sequence on, in order. */
  *from(sequence: number, pattern: string): Generator<StoredMessage> {
    for (const message of this.#messages.values()) {
      if (message.sequence >= sequence && isCovered(pattern, message.subject)) yield message;
    }
  }

  /** The first sequence stored at or after a time. */
  sequenceAt(atMs: number): number {
    for (const message of this.#messages.values()) if (message.atMs >= atMs) return message.sequence;
    return this.lastSequence + 1;
  }

  /** The last message, up to a sequence, of each subject that matches a pattern; in order of sequence. */
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
    // The stream's oldest message is also the oldest of its subject, hence first in this list.
    const ofSubject = this.#bySubject.get(message.subject);
    ofSubject?.shift();
    if (ofSubject?.length === 0) this.#bySubject.delete(message.subject);
  }
}
