import type { Permissions } from "../auth/permissions.ts";
import { ERRORS, subscribeViolation } from "../protocol/errors.ts";
import { isSubscribable, toText } from "../protocol/subject.ts";
import type { Account } from "../subscriptions/account.ts";
import { type Subscriber, Subscription } from "../subscriptions/subscription.ts";

/** The subscriptions of one client by sid, with its permissions and limit. */
export class ClientSubscriptions {
  /** Undefined for no restrictions. */
  permissions: Permissions | undefined;
  limit = Number.POSITIVE_INFINITY;
  readonly #subscriber: Subscriber;
  readonly #bySid = new Map<string, Subscription>();
  #account: Account;

  constructor(subscriber: Subscriber, account: Account) {
    this.#subscriber = subscriber;
    this.#account = account;
  }

  get size(): number {
    return this.#bySid.size;
  }

  get account(): Account {
    return this.#account;
  }

  values(): Iterable<Subscription> {
    return this.#bySid.values();
  }

  /** Moves the client to its account; subscriptions in another account end. */
  enter(account: Account): void {
    if (account !== this.#account) this.clear();
    this.#account = account;
  }

  /** @returns the `-ERR`'s text, or undefined when the client is subscribed */
  add(subject: string, queue: string | undefined, sid: string): string | undefined {
    if (this.permissions?.maySubscribe(subject, queue) === false) {
      return subscribeViolation(toText(subject), queue === undefined ? undefined : toText(queue));
    }
    if (this.size >= this.limit) return ERRORS.maxSubscriptions;
    // A sid that is in use keeps its subscription, whatever this SUB names.
    if (this.#bySid.has(sid)) return undefined;
    if (!isSubscribable(subject)) return ERRORS.invalidSubject;
    const subscription = new Subscription(this.#subscriber, subject, queue, sid, this.permissions);
    this.#bySid.set(sid, subscription);
    this.#account.sublist.insert(subscription);
    return undefined;
  }

  /** Ends a subscription after `max` messages in total, or now if it already got them. */
  end(sid: string, max: number): "unknown" | "known" {
    const subscription = this.#bySid.get(sid);
    if (subscription === undefined) return "unknown";
    if (max > subscription.delivered) subscription.max = max;
    else this.remove(subscription);
    return "known";
  }

  remove(subscription: Subscription): void {
    this.#bySid.delete(subscription.sid);
    this.#account.sublist.remove(subscription);
  }

  /** Ends the subscriptions that changed permissions no longer allow, and filters the others. @returns the ended ones */
  recheck(): readonly Subscription[] {
    const ended = [...this.#bySid.values()].filter(
      ({ subject, queue }) => this.permissions?.maySubscribe(subject, queue) === false,
    );
    for (const subscription of ended) this.remove(subscription);
    for (const subscription of this.#bySid.values()) subscription.filterBy(this.permissions);
    return ended;
  }

  clear(): void {
    for (const subscription of this.#bySid.values()) this.#account.sublist.remove(subscription);
    this.#bySid.clear();
  }
}
