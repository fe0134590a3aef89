import { type Step, valueAt } from "../content/path.ts";
import { isFields, isList, type Value } from "../content/value.ts";
import { wholeCharacters, writeJson } from "../content/write-json.ts";

/** A difference between two values at one path. */
interface Change {
  readonly path: string;
  /** JSON text; undefined where there was no value. */
  readonly before: string | undefined;
  /** JSON text; undefined where there is no value any more. */
  readonly after: string | undefined;
}

/** The changes found. */
export interface Changes {
  /** In the order of the newer value. */
  readonly changes: readonly Change[];
  /** Whether both values were compared completely. */
  readonly isAll: boolean;
}

/** The most leaves that are compared: nobody reads a longer list of changes. */
export const MAX_LEAVES = 5000;
/** The length of an excerpt, and of the part of it before the first change. */
const SHOWN_CHARACTERS = 200;
const BEFORE_CHARACTERS = 40;

/**
 * The changes from one value to another, by path. Both are walked side by side, so that the limit of leaves cuts them
 * at the same path. No recursion, since values may be nested deeper than the call stack.
 */
export function changesBetween(before: Value | undefined, after: Value | undefined): Changes {
  const changes: Change[] = [];
  const open = [{ path: "", before, after }];
  let [leaves, isAll] = [0, true];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (leaves >= MAX_LEAVES) return { changes, isAll: false };
    const { path, before, after } = next;
    const [then, now] = [leafText(before), leafText(after)];
    if (then !== now) changes.push(changeOf(path.replace(/^\./, ""), then, now));
    const steps = stepsInto(after, before);
    if (steps.length === 0) leaves += 1;
    if (steps.length > MAX_LEAVES) isAll = false;
    for (const step of steps.slice(0, MAX_LEAVES).reverse()) {
      open.push({
        path: path + stepText(step),
        before: valueAt(before, [step]),
        after: valueAt(after, [step]),
      });
    }
  }
  return { changes, isAll };
}

/** The steps into any of the values, those of the first value first; at most one more than `MAX_LEAVES`. */
function stepsInto(...values: readonly (Value | undefined)[]): readonly Step[] {
  const steps = new Set<Step>();
  for (const value of values) {
    for (const step of isList(value) ? value.keys() : isFields(value) ? Object.keys(value) : []) {
      if (steps.size <= MAX_LEAVES) steps.add(step);
    }
  }
  return [...steps];
}

/** A step as written in a path; different steps are written differently. */
function stepText(step: Step): string {
  if (typeof step === "number") return `[${step}]`;
  return step !== "" && !/[.[\]]/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
}

/** The JSON of a value without children; undefined for others. */
function leafText(value: Value | undefined): string | undefined {
  return value === undefined || stepsInto(value).length > 0 ? undefined : writeJson(value).text;
}

function changeOf(path: string, before: string | undefined, after: string | undefined): Change {
  const from = before === undefined || after === undefined ? 0 : firstDifference(before, after);
  const excerpt = (one: string | undefined) => (one === undefined ? undefined : excerptOf(one, from));
  return { path, before: excerpt(before), after: excerpt(after) };
}

function firstDifference(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  return at;
}

/** An excerpt of a text that contains its first change. */
function excerptOf(text: string, changedAt: number): string {
  if (text.length <= SHOWN_CHARACTERS) return text;
  const from = changedAt < SHOWN_CHARACTERS ? 0 : changedAt - BEFORE_CHARACTERS;
  const isHalf = /^[\udc00-\udfff]/.test(text.slice(from));
  const start = isHalf ? from - 1 : from;
  const shown = wholeCharacters(text.slice(start), SHOWN_CHARACTERS);
  return `${start > 0 ? "…" : ""}${shown}${start + shown.length < text.length ? "…" : ""}`;
}
