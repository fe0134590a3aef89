import type { Feed } from "../../contract/feed.ts";
import type { Row } from "./holding.ts";

/** An event may have a field for each thing: beyond these nobody would look through the list. */
const MAX_NAMES = 60;

/** The names of the fields that a feed's events carry at the top level, in the order in which they were met. */
export class FieldNames {
  /** The fields of the feed's own columns. */
  readonly own: readonly string[];
  readonly #others: Set<string>;

  constructor(feed: Feed) {
    this.own = feed.columns.map(({ field }) => field);
    this.#others = new Set(feed.fields.map(({ name }) => name).filter((name) => !this.own.includes(name)));
  }

  /** All fields but those of the feed's own columns. */
  get others(): readonly string[] {
    return [...this.#others];
  }

  has(name: string): boolean {
    return this.own.includes(name) || this.#others.has(name);
  }

  /** Takes in the fields of the events in `rows`. */
  look(rows: readonly Row[]): void {
    for (const row of rows) {
      const event = row.kind === "keyed" ? row.latest : row;
      if (event.kind !== "event") continue;
      for (const name of Object.keys(event.value)) {
        if (this.#others.size >= MAX_NAMES) return;
        if (!this.own.includes(name)) this.#others.add(name);
      }
    }
  }

  /** The shown fields with one more or one less: the feed's own in their order, then the others as they were chosen. */
  with(shown: readonly string[], name: string, isWanted: boolean): readonly string[] {
    const wanted = isWanted ? [...shown, name] : shown.filter((field) => field !== name);
    return [
      ...this.own.filter((field) => wanted.includes(field)),
      ...wanted.filter((field) => !this.own.includes(field)),
    ];
  }
}
