import type { Fault } from "../faults/fault.ts";
import type { MessageHandler } from "../message.ts";
import type { Clock } from "../options.ts";
import { Feeds, type FeedsParts } from "./feeds.ts";
import type { Gap } from "./gap.ts";
import { Gaps } from "./gaps.ts";
import { Interests } from "./interests.ts";
import { Links } from "./links.ts";
import { Listener, type Subscription, type SubscriptionFailed } from "./subscription.ts";
import { Interest, type Wish } from "./wanted.ts";

/** What the registry works with, and tells of. */
export interface RegistryParts extends Omit<FeedsParts, "report"> {
  readonly clock: Clock;
  readonly failed: SubscriptionFailed;
  denied(subject: string, fault: Fault): void;
  /** Gaps of one break, told in one go. */
  gaps(gaps: readonly Gap[]): void;
}

/** Who listens to what. */
export class Registry {
  /** Where it is asked for. */
  readonly links: Links;
  readonly #interests = new Interests();
  readonly #listeners = new Map<string, Listener>();
  readonly #parts: RegistryParts;
  readonly #feeds: Feeds;

  constructor(parts: RegistryParts) {
    this.#parts = parts;
    const gaps = new Gaps((together) => parts.gaps(together));
    this.#feeds = new Feeds({ ...parts, report: (gap) => gaps.report(gap) });
    this.links = new Links({ ...parts, interests: this.#interests, feeds: this.#feeds, gaps });
  }

  get subscriptions(): readonly Subscription[] {
    return [...this.#listeners.values()];
  }

  /** Adds a listener; one of the same subject, queue and name ends, and the subscription on the server stays. */
  add(wish: Wish, name: string, handler: MessageHandler): Listener {
    const known = this.#interests.find(wish);
    const interest = known ?? new Interest(wish);
    const listenerKey = JSON.stringify([wish.subject, wish.queue, name]);
    const listener = new Listener(interest, name, handler, this.#parts.failed, (one) => {
      interest.listeners = interest.listeners.filter((other) => other !== one);
      if (this.#listeners.get(listenerKey) === one) this.#listeners.delete(listenerKey);
      one.leaveFeed();
      if (interest.listeners.length === 0) this.links.leave(interest);
    });
    listener.history = wish.source?.history;
    const replaced = this.#listeners.get(listenerKey);
    // What it was promised is promised to the one that replaces it; of another stream it was promised nothing.
    const before = interest.listeners.find((other) => other === replaced);
    this.#listeners.set(listenerKey, listener);
    interest.listeners = [...interest.listeners, listener];
    if (before !== undefined) listener.promisedFromMs = before.promisedFromMs;
    else if (interest.status === "active") listener.promisedFromMs = this.#parts.clock.now();
    if (interest.feed !== null) this.#feeds.join(listener, interest.feed, before);
    replaced?.unsubscribe();
    if (known === undefined) this.links.want(interest);
    return listener;
  }

  /** Ends every listener of a subject; false if there was none. */
  remove(subject: string): boolean {
    const ending = [...this.#listeners.values()].filter((listener) => listener.subject === subject);
    for (const listener of ending) listener.unsubscribe();
    return ending.length > 0;
  }
}
