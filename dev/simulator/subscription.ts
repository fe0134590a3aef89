import type { Session } from "./session.ts";
import type { Interest } from "./sublist.ts";

/** One SUB of one connection. */
export class Subscription implements Interest {
  readonly session: Session;
  readonly subject: string;
  readonly queue: string | undefined;
  readonly sid: string;
  /** Messages sent so far. */
  delivered = 0;
  /** Ends after this many messages in all; 0 for never (UNSUB's max). */
  max = 0;
  #headSubject: string;
  #head: Buffer;

  constructor(session: Session, subject: string, queue: string | undefined, sid: string) {
    this.session = session;
    this.subject = subject;
    this.queue = queue;
    this.sid = sid;
    this.#headSubject = subject;
    this.#head = this.#headFor(subject);
  }

  /** `HMSG <subject> <sid> ` as bytes; from the second byte on it is the head of a MSG. */
  head(subject: string): Buffer {
    // A publisher mostly repeats its subject, so the last head is the one wanted next.
    if (subject !== this.#headSubject) {
      this.#headSubject = subject;
      this.#head = this.#headFor(subject);
    }
    return this.#head;
  }

  #headFor(subject: string): Buffer {
    return Buffer.from(`HMSG ${subject} ${this.sid} `, "latin1");
  }
}
