import type { Gap, Message, Subscription } from "../../../client/index.ts";
import type { Entry } from "./entries.ts";

/** The end of the id that a payload begins with: publishers write an id, and padding behind it. */
const SPACE = 32;

/** What a handler writes down; give `message` to `subscribe`, and the subscription to `follow`. */
export class Notebook {
  readonly entries: Entry[] = [];
  readonly #ids = new Set<string>();

  readonly message = ({ data, sequence }: Pick<Message, "data" | "sequence">): void => {
    const end = data.indexOf(SPACE);
    const id = new TextDecoder().decode(end < 0 ? data : data.subarray(0, end));
    this.#ids.add(id);
    this.entries.push({ type: "message", id, sequence });
  };

  readonly gap = ({ kind, fromMs, toMs, missing, recovered }: Omit<Gap, "subject" | "cause">): void => {
    this.entries.push({ type: "gap", kind, fromMs, toMs, missing, recovered });
  };

  /** Writes down the gaps of a subscription too. */
  follow(subscription: Subscription): Subscription {
    subscription.onGap(this.gap);
    return subscription;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** The different messages that came. */
  get distinct(): number {
    return this.#ids.size;
  }

  /** The ids in the order in which they came. */
  get ids(): string[] {
    return this.entries.flatMap((entry) => (entry.type === "message" ? [entry.id] : []));
  }

  get gaps(): Extract<Entry, { type: "gap" }>[] {
    return this.entries.flatMap((entry) => (entry.type === "gap" ? [entry] : []));
  }
}
