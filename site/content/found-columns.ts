import type { FeedColumn } from "../../contract/column.ts";
import { isStatusName, ValueSample } from "./guess-format.ts";
import { type ContentEvent, isHeading, pathTo } from "./path.ts";
import { type Fields, isFields, type Value } from "./value.ts";

/** The most fields that are tracked: some events use ids as field names, and nobody reads a longer list. */
const MAX_FIELDS = 100;
/** Fields nested deeper than this aren't columns of their own. */
const MAX_DEPTH = 3;
/** The events of each second that are all sampled; beyond them, one in `SAMPLED_ONE_IN`, to cost little in a flood. */
const SAMPLED_PER_SECOND = 100;
const SAMPLED_ONE_IN = 50;
/** The most subjects that are tracked to sample the first event of each. */
const MAX_SUBJECTS = 1000;
/** The share of events that must have a field for a column to appear, and to stay: the difference avoids flicker. */
const LEAST_SHARE = 0.2;
const STAYS_FROM = 0.1;
/** After this many events all earlier ones count half, so that columns follow a stream that changes. */
const HALVED_AFTER = 400;

/** Fields that get no column: panels show the trace in a column of its own. */
const EXCLUDED = new Set(["trace_id", "traceId", "traceparent"]);

/** A field that events carry. */
export interface FoundField {
  readonly path: string;
  /** Whether all its values are numbers, which a chart can draw. */
  readonly isNumeric: boolean;
}

/** A column that was found. */
export interface FoundColumn extends FeedColumn {
  /** Columns of the highest rank are left out first where room is short. */
  readonly rank: number;
}

/** What is known of one field. */
interface FieldStats {
  readonly sample: ValueSample;
  /** How many of the counted events had a value, in the same decaying count as `#weight`. */
  share: number;
}

/** Finds the fields of incoming events, and which of them are worth a column. */
export class FoundColumns {
  readonly #fieldStats = new Map<string, FieldStats>();
  readonly #subjects = new Set<string>();
  #shown: ReadonlySet<string> = new Set();
  #columns: readonly FoundColumn[] = [];
  #events = 0;
  #second = 0;
  #inSecond = 0;
  /** The number of sampled events, with earlier ones counted less. */
  #weight = 0;

  /** Notes an event; cheap enough for every message. */
  note(event: ContentEvent): void {
    if (event.isDeletion || !this.#isSampled(event)) return;
    this.#weight += 1;
    if (this.#weight >= HALVED_AFTER) {
      this.#weight /= 2;
      for (const found of this.#fieldStats.values()) found.share /= 2;
    }
    const { value } = event;
    if (!isFields(value)) {
      this.#sample("$payload", value);
      return;
    }
    for (const name of Object.keys(value)) {
      const inner = value[name];
      // The fields of an envelope's `payload` have columns under their own names.
      if (name === "payload" && isFields(inner)) this.#descend(inner, "", 1, value);
      else this.#noteField(name, inner, 1);
    }
  }

  /** All fields, in the order in which they were found. */
  get fields(): readonly FoundField[] {
    return [...this.#fieldStats].map(([path, { sample }]) => ({ path, isNumeric: sample.isNumeric }));
  }

  /**
   * The columns that say most about events, at most `most`; shown columns are preferred to new ones. Returns the same
   * array until the columns change, because a new one causes a new layout.
   */
  columns(most: number): readonly FoundColumn[] {
    const isOfSubjects = this.#subjects.size > 1;
    const worth = [...this.#fieldStats]
      .filter(
        ([path, found]) => !EXCLUDED.has(path) && this.#isFrequent(path, found, LEAST_SHARE, STAYS_FROM),
      )
      .map(([path, found], place) => ({ path, found, place, rank: this.#rank(path, found, place) }))
      .sort((one, other) => one.rank - other.rank)
      .slice(0, isOfSubjects ? most - 1 : most);
    const shown = new Set(worth.map(({ path }) => path));
    this.#shown = shown;
    const columns = worth
      .sort((one, other) => one.place - other.place)
      .map(({ path, found, rank }) => ({ ...columnOf(path, found.sample, headingOf(path, shown)), rank }));
    if (isOfSubjects) columns.unshift({ ...columnOf("$subject", null, "subject"), rank: 0 });
    if (!isSameLook(columns, this.#columns)) this.#columns = columns;
    return this.#columns;
  }

  /** Whether to sample an event: at ordinary rates all, in a flood some, and always the first of a subject. */
  #isSampled({ subject, atMs }: ContentEvent): boolean {
    this.#events += 1;
    const second = Math.floor(atMs / 1000);
    if (second !== this.#second) [this.#second, this.#inSecond] = [second, 0];
    this.#inSecond += 1;
    const isNew = this.#subjects.size < MAX_SUBJECTS && !this.#subjects.has(subject);
    if (isNew) this.#subjects.add(subject);
    return isNew || this.#inSecond <= SAMPLED_PER_SECOND || this.#events % SAMPLED_ONE_IN === 0;
  }

  /** Whether enough events have a field: a share of `least`, or of `staysFrom` once it is shown. */
  #isFrequent(path: string, { share }: FieldStats, least: number, staysFrom: number): boolean {
    return share >= this.#weight * (this.#shown.has(path) ? staysFrom : least);
  }

  /** Lower ranks say more. The faults that make a rank high are listed by their weight, the heaviest first. */
  #rank(path: string, found: FieldStats, place: number): number {
    const { sample } = found;
    // Events without fields have only their payload to show.
    const isEmpty = sample.isConstant && sample.longest === 0;
    if (path === "$payload" && !isEmpty) return place;
    const isRare = !this.#isFrequent(path, found, 0.5, 0.4);
    const isDull = sample.isConstant && this.#weight >= 10;
    // An event's name is mostly its first field, and its status often the last.
    const isTelling = place === 0 || isStatusName(path);
    const faults = [isRare, sample.isNested, isDull, sample.longest > 120, !isTelling];
    return faults.reduce((rank, is) => 2 * rank + Number(is), 0) * MAX_FIELDS + place;
  }

  #descend(fields: Fields, prefix: string, depth: number, above?: Value): void {
    for (const name of Object.keys(fields)) {
      // The path would lead to the envelope's own field of that name.
      if (above !== undefined && isFields(above) && Object.hasOwn(above, name)) continue;
      this.#noteField(prefix + name, fields[name], depth);
    }
  }

  #noteField(path: string, value: Value | undefined, depth: number): void {
    const isStep = depth > 1 || isPlainName(path);
    if (isStep && isFields(value) && depth < MAX_DEPTH && Object.keys(value).every(isPlainName)) {
      this.#descend(value, `${path}.`, depth + 1);
    } else {
      this.#sample(pathTo(path), value);
    }
  }

  #sample(path: string, value: Value | undefined): void {
    let found = this.#fieldStats.get(path);
    if (found === undefined) {
      if (!isHeading(path)) return;
      if (this.#fieldStats.size >= MAX_FIELDS && !this.#dropOutdated()) return;
      found = { sample: new ValueSample(), share: 0 };
      this.#fieldStats.set(path, found);
    }
    if (value === undefined || value === null) return;
    found.sample.note(value);
    found.share += 1;
  }

  /** Drops the fields that haven't arrived for a long time. @returns whether there were any */
  #dropOutdated(): boolean {
    const before = this.#fieldStats.size;
    for (const [path, { share }] of this.#fieldStats) if (share < 1) this.#fieldStats.delete(path);
    return this.#fieldStats.size < before;
  }
}

/** The properties that make two found columns look different. */
const LOOK = ["field", "format", "unit", "align"] as const;

function isSameLook(one: readonly FoundColumn[], other: readonly FoundColumn[]): boolean {
  return (
    one.length === other.length &&
    one.every((column, index) => LOOK.every((part) => column[part] === other[index]?.[part]))
  );
}

/** Whether a name can be a step of a path. */
function isPlainName(name: string): boolean {
  return name !== "" && !/[.[\]]/.test(name);
}

function columnOf(path: string, sample: ValueSample | null, heading: string): FeedColumn {
  const guess = sample?.guess(path) ?? {};
  const title = { en: heading, "pt-BR": heading };
  // A payload that is the only column stays beside the time, also if it is a number.
  return sample?.isNumeric && guess.format === undefined && path !== "$payload"
    ? { field: path, title, align: "end" }
    : { field: path, title, ...guess };
}

/** The last step of a path, or the whole path where another column has the same last step. */
function headingOf(path: string, shown: ReadonlySet<string>): string {
  const last = (of: string) => of.slice(of.lastIndexOf(".") + 1);
  const isOnly = [...shown].every((other) => other === path || last(other) !== last(path));
  if (path === "$payload") return "payload";
  return isOnly ? last(path) : path;
}
