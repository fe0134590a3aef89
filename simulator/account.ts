import { Sublist } from "./sublist.ts";
import type { Subscription } from "./subscription.ts";

/** A room of its own: subjects of one account are unknown in another. */
export class Account {
  readonly name: string;
  readonly sublist = new Sublist<Subscription>();

  constructor(name: string) {
    this.name = name;
  }
}
