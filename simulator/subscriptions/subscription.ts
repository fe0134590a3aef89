import type { Permissions } from "../auth/permissions.ts";
import type { Publication } from "../protocol/publication.ts";
import type { Interest } from "./sublist.ts";

/** An owner of subscriptions: a client's connection, or the server's streams. */
export interface Subscriber {
  /**
   * Receives a message for one of its subscriptions. The publication is only valid during the call.
   * @returns `congested` when the publisher should pause
   */
  receive(subscription: Subscription, subject: string, publication: Publication): "light" | "congested";
  /** Removes a subscription that has received its maximum of messages. */
  unsubscribe(subscription: Subscription): void;
}

/** One SUB of one subscriber. */
export class Subscription implements Interest {
  readonly subscriber: Subscriber;
  readonly subject: string;
  readonly queue: string | undefined;
  readonly sid: string;
  /** Messages sent so far. */
  delivered = 0;
  /** Ends after this many messages in total; 0 for never (UNSUB's max). */
  max = 0;
  /** Checked before each message when the user may receive only part of what the wildcards match. */
  filter: Permissions | undefined;
  #headSubject: string;
  #head: Buffer;

  /** @param permissions the subscriber's; undefined for no restrictions */
  constructor(
    subscriber: Subscriber,
    subject: string,
    queue: string | undefined,
    sid: string,
    permissions?: Permissions,
  ) {
    this.subscriber = subscriber;
    this.subject = subject;
    this.queue = queue;
    this.sid = sid;
    this.filterBy(permissions);
    this.#headSubject = subject;
    this.#head = this.#headFor(subject);
  }

  filterBy(permissions: Permissions | undefined): void {
    this.filter = permissions?.needsFilter(this.subject) === true ? permissions : undefined;
  }

  /** The bytes `HMSG <subject> <sid> `; without the first byte they are the head of a MSG. */
  head(subject: string): Buffer {
    // Publishers mostly repeat their subject, so the last head is cached.
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
