import { Sublist } from "./sublist.ts";
import type { Subscription } from "./subscription.ts";

/** A NATS account: subjects of one are unknown in another. */
export class Account {
  readonly name: string;
  readonly sublist = new Sublist<Subscription>();

  constructor(name: string) {
    this.name = name;
  }
}
