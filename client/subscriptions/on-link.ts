import type { ConnectionSubscription } from "../connection/connection.ts";
import type { Fault } from "../faults/fault.ts";
import type { Interest, SubscribingLink } from "./wanted.ts";

/** What one link has of what is wanted. */
export class OnLink {
  readonly link: SubscribingLink;
  /** In the order in which its server was asked. */
  readonly subscriptions = new Map<Interest, ConnectionSubscription>();
  /** What its server refused before it was the link that counts, and why. */
  readonly refused = new Map<Interest, Fault>();

  constructor(link: SubscribingLink) {
    this.link = link;
  }

  has(interest: Interest): boolean {
    return this.subscriptions.has(interest);
  }

  /** It brings this no more. */
  leave(interest: Interest): void {
    this.refused.delete(interest);
    this.subscriptions.get(interest)?.unsubscribe();
    this.subscriptions.delete(interest);
  }
}
