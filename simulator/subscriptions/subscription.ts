import type { Permissions } from "../auth/permissions.ts";
import type { Publication } from "../protocol/publication.ts";
import type { Interest } from "./sublist.ts";

/** Whoever holds subscriptions: a client's connection, or a part of the server itself. */
export interface Subscriber {
  /**
   * Takes one message for one of its subscriptions. The publication is only valid during the call.
   * @returns `congested` when it can't keep up, so that the publisher should wait
   */
  receive(subscription: Subscription, subject: string, publication: Publication): "light" | "congested";
  /** The subscription has had all the messages it asked for. */
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
  /** Ends after this many messages in all; 0 for never (UNSUB's max). */
  max = 0;
  /** Asked before each message, where the user may have only some of what the subscription's wildcards cover. */
  filter: Permissions | undefined;
  #headSubject: string;
  #head: Buffer;

  /** @param permissions the subscriber's, undefined when it may have everything */
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
