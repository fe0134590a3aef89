import type { Fault } from "../faults/fault.ts";
import type { MessageHandler } from "../message.ts";
import type { Clock } from "../options.ts";
import { Feeds, type FeedsParts } from "./feeds.ts";
import type { Gap } from "./gap.ts";
import { Gaps } from "./gaps.ts";
import { Interest, type SubscriptionKey } from "./interest.ts";
import { Interests } from "./interests.ts";
import { Links } from "./links.ts";
import { Listener, type OnCallbackError, type Subscription } from "./subscription.ts";

export interface RegistryParts extends Omit<FeedsParts, "onGap"> {
  readonly clock: Clock;
  readonly onCallbackError: OnCallbackError;
  onDenied(subject: string, fault: Fault): void;
  /** Gaps that ended together, such as those of one break. */
  onGaps(gaps: readonly Gap[]): void;
}

/** Every subscription of a client, on whatever link it has. */
export class Registry {
  readonly links: Links;
  readonly #interests = new Interests();
  readonly #listeners = new Map<string, Listener>();
  readonly #parts: RegistryParts;
  readonly #feeds: Feeds;

  constructor(parts: RegistryParts) {
    this.#parts = parts;
    const gaps = new Gaps((batch) => parts.onGaps(batch));
    this.#feeds = new Feeds({ ...parts, onGap: (gap) => gaps.log(gap) });
    this.links = new Links({ ...parts, interests: this.#interests, feeds: this.#feeds, gaps });
  }

  get subscriptions(): readonly Subscription[] {
    return [...this.#listeners.values()];
  }

  /** Adds a listener; it replaces one with the same subject, queue and name, without a new SUB. */
  add(key: SubscriptionKey, name: string, handler: MessageHandler): Listener {
    const known = this.#interests.find(key);
    const interest = known ?? new Interest(key);
    const listenerKey = JSON.stringify([key.subject, key.queue, name]);
    const listener = new Listener(interest, name, handler, this.#parts.onCallbackError, (one) => {
      interest.listeners = interest.listeners.filter((other) => other !== one);
      if (this.#listeners.get(listenerKey) === one) this.#listeners.delete(listenerKey);
      one.leaveFeed();
      if (interest.listeners.length === 0) this.links.removeInterest(interest);
    });
    listener.history = key.source?.history;
    const replaced = this.#listeners.get(listenerKey);
    // The replacement hears of gaps since the replaced listener was active, unless that one had another stream.
    const before = interest.listeners.find((other) => other === replaced);
    this.#listeners.set(listenerKey, listener);
    interest.listeners = [...interest.listeners, listener];
    if (before !== undefined) listener.activeSinceMs = before.activeSinceMs;
    else if (interest.status === "active") listener.activeSinceMs = this.#parts.clock.now();
    if (interest.feed !== null) this.#feeds.addListener(listener, interest.feed, before);
    replaced?.unsubscribe();
    if (known === undefined) this.links.addInterest(interest);
    return listener;
  }

  /** Ends every listener of a subject. @returns false if there was none */
  remove(subject: string): boolean {
    const ending = [...this.#listeners.values()].filter((listener) => listener.subject === subject);
    for (const listener of ending) listener.unsubscribe();
    return ending.length > 0;
  }
}
