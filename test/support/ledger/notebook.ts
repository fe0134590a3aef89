import type { Gap, Message, Subscription } from "../../../client/index.ts";
import type { Entry } from "./entries.ts";

/** Separates the id at the start of a payload from the padding. */
const SPACE = 32;

/** Records deliveries and gaps: pass `message` to `subscribe`, and the subscription to `follow`. */
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

  /** Records the gaps of a subscription too. */
  follow(subscription: Subscription): Subscription {
    subscription.onGap(this.gap);
    return subscription;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** The distinct messages received. */
  get distinct(): number {
    return this.#ids.size;
  }

  /** The ids in order of arrival. */
  get ids(): string[] {
    return this.entries.flatMap((entry) => (entry.type === "message" ? [entry.id] : []));
  }

  get gaps(): Extract<Entry, { type: "gap" }>[] {
    return this.entries.flatMap((entry) => (entry.type === "gap" ? [entry] : []));
  }
}
