import { OPERATORS } from "../../contract/condition.ts";
import { type FieldTerm, type FilterProblem, type FilterTerm, parseFilter } from "./filter-terms.ts";
import { compareNumbers, fold } from "./fold.ts";
import { type ContentEvent, fieldAt, type Path, pathOf, stepsOf } from "./path.ts";
import { payloadText, previewOf } from "./payload-text.ts";
import type { Reading } from "./reading.ts";
import { type Fields, isNumberText, scalarText, type Value } from "./value.ts";
import { writeJson } from "./write-json.ts";

/** A message that a filter can search. */
export interface Searchable extends ContentEvent, Pick<Reading, "raw"> {
  /**
   * Cache of the text to search, made on first use. Not in a WeakMap: V8 grows its table with every message of a flood
   * and never shrinks it.
   */
  searchText?: string;
}

export interface FilterOptions {
  /** Field path by heading, which a filter may name instead: `Situação` for `status`. */
  readonly titles?: ReadonlyMap<string, string>;
  /** Formatted texts that aren't in the payload, such as numbers in the reader's language. */
  readonly shownText?: (event: Searchable) => string;
}

/** A parsed filter. */
export interface Filter {
  /** Whether the filter has no terms and matches everything. */
  readonly isEmpty: boolean;
  readonly problems: readonly FilterProblem[];
  matches(event: Searchable): boolean;
  /** The fields that the filter names but none of `events` has, most likely because they are misspelt. */
  unknownFields(events: Iterable<Searchable>): readonly string[];
}

/** How much of a value is searched. */
const MAX_SEARCH_CHARACTERS = 1024 * 1024;

/** Parses a filter; see `parseFilter` for the syntax. */
export function filterOf(written: string, options: FilterOptions = {}): Filter {
  const { alternatives, problems } = parseFilter(written);
  const titles = new Map([...(options.titles ?? [])].map(([title, path]) => [fold(title), path]));
  const tests = alternatives.map((terms) => terms.map((term) => testOf(term, titles, options.shownText)));
  return {
    isEmpty: alternatives.length === 0,
    problems,
    matches: (event) => tests.length === 0 || tests.some((all) => all.every((test) => test(event))),
    unknownFields: (events) => unknownFields(alternatives.flat(), titles, events),
  };
}

type Test = (event: Searchable) => boolean;

function testOf(
  term: FilterTerm,
  titles: ReadonlyMap<string, string>,
  shownText: FilterOptions["shownText"],
): Test {
  const { text, field, isNot } = term;
  const isInField = field === null ? null : fieldTest(field, titles);
  return (event) => {
    const isFound =
      textOf(event).includes(text) ||
      isInField?.(event) === true ||
      (shownText !== undefined && fold(shownText(event)).includes(text));
    return isFound !== isNot;
  };
}

/** The text to search in a message: subject and payload, with JSON escapes as sent and unescaped. */
function textOf(event: Searchable): string {
  if (event.searchText !== undefined) return event.searchText;
  const text = payloadText(event, previewOf, { maxCharacters: MAX_SEARCH_CHARACTERS });
  const read = text.includes("\\") ? text.replace(ESCAPE, unescaped) : text;
  event.searchText = fold(`${event.subject} ${read === text ? text : `${text} ${read}`}`);
  return event.searchText;
}

/** The escapes of JSON strings (RFC 8259, section 7). */
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|(["\\/bfnrt]))/g;
const CONTROLS: { readonly [letter: string]: string } = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

function unescaped(_: string, code: string | undefined, letter: string | undefined): string {
  if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
  return CONTROLS[letter ?? ""] ?? letter ?? "";
}

function fieldTest(field: FieldTerm, titles: ReadonlyMap<string, string>): Test {
  const { operator, value, isQuoted } = field;
  const find = finder(field.name, titles);
  const wanted = fold(value);
  return (event) => {
    const found = find(event);
    if (found === undefined) return false;
    // `field:` alone finds all messages that have the field.
    if (value === "") return isQuoted ? found === "" : operator === ":";
    const text = textOfValue(found);
    if (operator === ":") return fold(text).includes(wanted);
    // NaN where either is no number: no comparison by size is true, and `=` and `!=` compare the texts.
    const order = isNumberText(text) && isNumberText(value) ? compareNumbers(text, value) : Number.NaN;
    if (operator !== "=" && operator !== "!=") return OPERATORS[operator](order, 0);
    return (order === 0 || fold(text) === wanted) === (operator === "=");
  };
}

/** Finds a field by heading or path, and if there is none of that exact name, by its folded name. */
function finder(name: string, titles: ReadonlyMap<string, string>): Path["of"] {
  const path = pathOf(titles.get(fold(name)) ?? name);
  const folded = fold(name);
  const steps = stepsOf(folded);
  return (event) => {
    const found = path.of(event);
    return found === undefined ? fieldAt(event.value, folded, steps, looselyIn) : found;
  };
}

/** The field whose folded name is `folded`. */
function looselyIn(fields: Fields, folded: string): Value | undefined {
  const name = Object.keys(fields).find((key) => fold(key) === folded);
  return name === undefined ? undefined : fields[name];
}

function textOfValue(value: Value): string {
  return scalarText(value) ?? writeJson(value, { maxCharacters: MAX_SEARCH_CHARACTERS }).text;
}

function unknownFields(
  terms: readonly FilterTerm[],
  titles: ReadonlyMap<string, string>,
  events: Iterable<Searchable>,
): readonly string[] {
  const left = new Map(
    terms.flatMap((term) => (term.field === null ? [] : [[term, finder(term.field.name, titles)] as const])),
  );
  let any = false;
  for (const event of events) {
    any ||= event.isDeletion !== true;
    for (const [term, find] of left) {
      // `http://x` and `12:30` look like fields: if their whole text is found, they were none.
      if (find(event) !== undefined || textOf(event).includes(term.text)) left.delete(term);
    }
    if (left.size === 0) break;
  }
  return any ? [...new Set([...left.keys()].flatMap(({ field }) => field?.name ?? []))] : [];
}
