import type { ConnectionSubscription } from "../connection/connection.ts";
import type { Fault } from "../faults/fault.ts";
import type { Interest, SubscribingLink } from "./interest.ts";

/** The subscriptions that one link has on its server. */
export class LinkSubscriptions {
  readonly link: SubscribingLink;
  /** In the order in which the SUBs were sent. */
  readonly subscriptions = new Map<Interest, ConnectionSubscription>();
  /** Refusals from before the link was the current one. */
  readonly refused = new Map<Interest, Fault>();

  constructor(link: SubscribingLink) {
    this.link = link;
  }

  has(interest: Interest): boolean {
    return this.subscriptions.has(interest);
  }

  unsubscribe(interest: Interest): void {
    this.refused.delete(interest);
    this.subscriptions.get(interest)?.unsubscribe();
    this.subscriptions.delete(interest);
  }
}
