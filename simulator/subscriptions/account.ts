import { Sublist } from "./sublist.ts";
import type { Subscription } from "./subscription.ts";

/** A NATS account, with a subject space of its own. */
export class Account {
  readonly name: string;
  readonly sublist = new Sublist<Subscription>();

  constructor(name: string) {
    this.name = name;
  }
}
