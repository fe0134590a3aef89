import type { Permissions } from "./auth/permissions.ts";
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
  /** Asked before each message, where the user may have only some of what the subscription's wildcards cover. */
  readonly filter: Permissions | undefined;
  #headSubject: string;
  #head: Buffer;

  constructor(session: Session, subject: string, queue: string | undefined, sid: string) {
    this.session = session;
    this.subject = subject;
    this.queue = queue;
    this.sid = sid;
    this.filter = session.permissions?.needsFilter(subject) === true ? session.permissions : undefined;
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
