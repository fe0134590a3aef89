import type { FeedColumn } from "../../contract/column.ts";
import { ValueSample } from "./guess-format.ts";
import type { ContentEvent } from "./path.ts";
import { isFields, type Value } from "./value.ts";

/** An event may have a field for each thing: beyond these nobody would look through the list. */
const MAX_FIELDS = 100;
/** Deeper than this a column's heading tells nothing any more. */
const MAX_DEPTH = 3;
/** Every event is looked at up to here, then one of so many: fields are found at once, and cost nothing at a flood. */
const ALL_UP_TO = 100;
const THEN_ONE_OF = 50;
/** A field that fewer of the events have is shown only if asked for. */
const LEAST_SHARE = 0.2;

/** What stands in a place of its own in every panel, or says the same as one. */
const ELSEWHERE = new Set(["trace_id", "traceId", "traceparent"]);

/** A field that events carry. */
export interface FoundField {
  readonly path: string;
  /** The share of the events that have it, 0 to 1. */
  readonly share: number;
  /** Whether it can be reckoned with: what a chart can draw. */
  readonly isNumeric: boolean;
}

/** Finds from what comes which fields there are, and which of them are worth a column. */
export class FoundColumns {
  readonly #samples = new Map<string, ValueSample>();
  readonly #subjects = new Set<string>();
  #events = 0;
  #looked = 0;

  /** Takes an event in; cheap enough for every message. */
  note(event: ContentEvent): void {
    this.#events += 1;
    if (this.#events > ALL_UP_TO && this.#events % THEN_ONE_OF !== 0) return;
    this.#looked += 1;
    if (this.#subjects.size < 2) this.#subjects.add(event.subject);
    const { value } = event;
    if (!isFields(value)) {
      this.#sample("$payload", value);
      return;
    }
    for (const name of Object.keys(value)) {
      const inner = value[name];
      // An envelope's fields are found under their own names: so are their columns.
      if (name === "payload" && isFields(inner)) this.#descend(inner, "", 1, value);
      else this.#take(name, inner, 1);
    }
  }

  /** All fields, in the order in which they were met. */
  get fields(): readonly FoundField[] {
    return [...this.#samples].map(([path, sample]) => ({
      path,
      share: this.#share(sample),
      isNumeric: sample.isNumeric,
    }));
  }

  /** The columns that tell the most of an event, at most `most`. */
  columns(most: number): readonly FeedColumn[] {
    const worth = [...this.#samples]
      .filter(([path, sample]) => !ELSEWHERE.has(path) && this.#share(sample) >= LEAST_SHARE)
      .map(([path, sample], place) => ({ path, sample, rank: this.#rank(sample) * 1000 + place }))
      .sort((one, other) => one.rank - other.rank)
      .slice(0, this.#subjects.size > 1 ? most - 1 : most);
    const shown = new Set(worth.map(({ path }) => path));
    const columns = [...this.#samples]
      .filter(([path]) => shown.has(path))
      .map(([path, sample]) => columnOf(path, sample, headingOf(path, shown)));
    return this.#subjects.size > 1 ? [columnOf("$subject", null, "subject"), ...columns] : columns;
  }

  #share(sample: ValueSample): number {
    return this.#looked === 0 ? 0 : sample.count / this.#looked;
  }

  /** What tells least stands last: what is nested, what is always the same, what few have, long texts. */
  #rank(sample: ValueSample): number {
    const isRare = this.#share(sample) < 0.5;
    const isDull = sample.isConstant && this.#looked >= 10;
    return (isRare ? 8 : 0) + (sample.isNested ? 4 : 0) + (isDull ? 2 : 0) + (sample.longest > 120 ? 1 : 0);
  }

  #descend(fields: { readonly [name: string]: Value }, prefix: string, depth: number, above?: Value): void {
    for (const name of Object.keys(fields)) {
      // A field of this very name stands above: it is the one that the path leads to.
      if (above !== undefined && isFields(above) && Object.hasOwn(above, name)) continue;
      this.#take(prefix + name, fields[name], depth);
    }
  }

  #take(path: string, value: Value | undefined, depth: number): void {
    const isStep = depth > 1 || isPlainName(path);
    if (isStep && isFields(value) && depth < MAX_DEPTH && Object.keys(value).every(isPlainName)) {
      this.#descend(value, `${path}.`, depth + 1);
    } else {
      this.#sample(path, value);
    }
  }

  #sample(path: string, value: Value | undefined): void {
    let sample = this.#samples.get(path);
    if (sample === undefined) {
      if (this.#samples.size >= MAX_FIELDS) return;
      sample = new ValueSample();
      this.#samples.set(path, sample);
    }
    if (value !== undefined) sample.note(value);
  }
}

/** Whether a name can be a step of a path. */
function isPlainName(name: string): boolean {
  return name !== "" && !/[.[\]]/.test(name);
}

function columnOf(path: string, sample: ValueSample | null, heading: string): FeedColumn {
  const guess = sample?.guess(path) ?? {};
  const title = { en: heading, "pt-BR": heading };
  // The only thing that an event is stands beside its time, whatever it is.
  return sample?.isNumeric && guess.format === undefined && path !== "$payload"
    ? { field: path, title, align: "end" }
    : { field: path, title, ...guess };
}

/** The last step of a path, as long as no other column's is the same. */
function headingOf(path: string, shown: ReadonlySet<string>): string {
  const last = (of: string) => of.slice(of.lastIndexOf(".") + 1);
  const isOnly = [...shown].every((other) => other === path || last(other) !== last(path));
  if (path === "$payload") return "payload";
  return isOnly ? last(path) : path;
}
