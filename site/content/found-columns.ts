import type { FeedColumn } from "../../contract/column.ts";
import { isStatusName, ValueSample } from "./guess-format.ts";
import { type ContentEvent, isHeading, pathTo } from "./path.ts";
import { type Fields, isFields, type Value } from "./value.ts";

/** An event may have a field for each thing: beyond these nobody would look through the list. */
const MAX_FIELDS = 100;
/** Deeper than this a column's heading tells nothing any more. */
const MAX_DEPTH = 3;
/** So many events of a second are looked at, then one of so many: fields are found at once, and cost nothing at a flood. */
const ALL_UP_TO = 100;
const THEN_ONE_OF = 50;
/** Of more subjects than these the next are nothing new. */
const MAX_SUBJECTS = 1000;
/** A field that fewer of the events have is shown only if asked for; fewer still, once it is shown: none comes and goes. */
const LEAST_SHARE = 0.2;
const STAYS_FROM = 0.1;
/** What came before counts half as much after so many events: columns follow a stream that becomes another. */
const HALVED_AFTER = 400;

/** What stands in a place of its own in every panel, or says the same as one. */
const SHOWN_ELSEWHERE = new Set(["trace_id", "traceId", "traceparent"]);

/** A field that events carry. */
export interface FoundField {
  readonly path: string;
  /** Whether it can be reckoned with: what a chart can draw. */
  readonly isNumeric: boolean;
}

/** A column that was found. */
export interface FoundColumn extends FeedColumn {
  /** Where there is no room for all, those of the highest give way. */
  readonly rank: number;
}

/** What came in one place. */
interface FieldStats {
  readonly sample: ValueSample;
  /** In how many of the events that count there was something. */
  share: number;
}

/** Finds from what comes which fields there are, and which of them are worth a column. */
export class FoundColumns {
  readonly #fieldStats = new Map<string, FieldStats>();
  readonly #subjects = new Set<string>();
  #shown: ReadonlySet<string> = new Set();
  #columns: readonly FoundColumn[] = [];
  #events = 0;
  #second = 0;
  #inSecond = 0;
  /** How many of the events that were looked at still count. */
  #weight = 0;

  /** Takes an event in; cheap enough for every message. */
  note(event: ContentEvent): void {
    if (event.isDeletion || !this.#isLookedAt(event)) return;
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
      // An envelope's fields are found under their own names: so are their columns.
      if (name === "payload" && isFields(inner)) this.#descend(inner, "", 1, value);
      else this.#noteField(name, inner, 1);
    }
  }

  /** All fields, in the order in which they were met. */
  get fields(): readonly FoundField[] {
    return [...this.#fieldStats].map(([path, { sample }]) => ({ path, isNumeric: sample.isNumeric }));
  }

  /**
   * The columns that tell the most of an event, at most `most`; those that were there stay sooner than others come. They are
   * the very same ones as long as no others fit better: equal ones would be laid out anew for nothing.
   */
  columns(most: number): readonly FoundColumn[] {
    const isOfSubjects = this.#subjects.size > 1;
    const worth = [...this.#fieldStats]
      .filter(
        ([path, found]) =>
          !SHOWN_ELSEWHERE.has(path) && this.#isFrequent(path, found, LEAST_SHARE, STAYS_FROM),
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

  /** Most are at ordinary rates; of a flood some, and whatever is the first of its subject. */
  #isLookedAt({ subject, atMs }: ContentEvent): boolean {
    this.#events += 1;
    const second = Math.floor(atMs / 1000);
    if (second !== this.#second) [this.#second, this.#inSecond] = [second, 0];
    this.#inSecond += 1;
    const isNew = this.#subjects.size < MAX_SUBJECTS && !this.#subjects.has(subject);
    if (isNew) this.#subjects.add(subject);
    return isNew || this.#inSecond <= ALL_UP_TO || this.#events % THEN_ONE_OF === 0;
  }

  /** Whether so large a share of the events has it; of what is shown already another share is enough. */
  #isFrequent(path: string, { share }: FieldStats, least: number, staysFrom: number): boolean {
    return share >= this.#weight * (this.#shown.has(path) ? staysFrom : least);
  }

  /** What tells least stands last: what is nested, what is always the same, what few have, long texts. */
  #rank(path: string, found: FieldStats, place: number): number {
    const { sample } = found;
    // Events without fields have nothing else to show, if anything.
    const isEmpty = sample.isConstant && sample.longest === 0;
    if (path === "$payload" && !isEmpty) return place;
    const isRare = !this.#isFrequent(path, found, 0.5, 0.4);
    const isDull = sample.isConstant && this.#weight >= 10;
    // What names an event mostly stands first in it; how it fares often last.
    const isTelling = place === 0 || isStatusName(path);
    const faults = [isRare, sample.isNested, isDull, sample.longest > 120, !isTelling];
    return faults.reduce((rank, is) => 2 * rank + Number(is), 0) * MAX_FIELDS + place;
  }

  #descend(fields: Fields, prefix: string, depth: number, above?: Value): void {
    for (const name of Object.keys(fields)) {
      // A field of this very name stands above: it is the one that the path leads to.
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

  /** Makes room for what is new: of what hasn't come for long. */
  #dropOutdated(): boolean {
    const before = this.#fieldStats.size;
    for (const [path, { share }] of this.#fieldStats) if (share < 1) this.#fieldStats.delete(path);
    return this.#fieldStats.size < before;
  }
}

/** What tells a found column from another. */
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
