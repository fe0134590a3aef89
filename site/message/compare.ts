import { type Step, valueAt } from "../content/path.ts";
import { isFields, isList, type Value } from "../content/value.ts";
import { wholeCharacters, writeJson } from "../content/write-json.ts";

/** What became of one place in a value. */
interface Change {
  readonly path: string;
  /** Undefined where there was nothing. */
  readonly before: string | undefined;
  /** Undefined where there is nothing any more. */
  readonly after: string | undefined;
}

/** What changed, as far as it was looked at. */
export interface Changes {
  /** In the order of the newer value. */
  readonly changes: readonly Change[];
  /** Whether all of both values was compared. */
  readonly isAll: boolean;
}

/** More leaves than this aren't compared: nobody reads a longer list of changes. */
export const MAX_LEAVES = 5000;
/** So much of a text is shown, and of what is before the first change in it. */
const SHOWN_CHARACTERS = 200;
const BEFORE_CHARACTERS = 40;

/**
 * What changed from one value to another, by path: both are gone through side by side, or what lies beyond the most that is
 * looked at of one would be missing in the other. Without recursion, for values may be nested deeper than the stack.
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
        path: path + written(step),
        before: valueAt(before, [step]),
        after: valueAt(after, [step]),
      });
    }
  }
  return { changes, isAll };
}

/** The steps that lead into either of two values, those of the first in front; no more than tell that there are too many. */
function stepsInto(...values: readonly (Value | undefined)[]): readonly Step[] {
  const steps = new Set<Step>();
  for (const value of values) {
    for (const step of isList(value) ? value.keys() : isFields(value) ? Object.keys(value) : []) {
      if (steps.size <= MAX_LEAVES) steps.add(step);
    }
  }
  return [...steps];
}

/** A step as it stands in a path: no two of them are the same. */
function written(step: Step): string {
  if (typeof step === "number") return `[${step}]`;
  return step !== "" && !/[.[\]]/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
}

/** What is written of a value that holds no others. */
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

/** As much of a text as is read, with what changed in it. */
function excerptOf(text: string, changedAt: number): string {
  if (text.length <= SHOWN_CHARACTERS) return text;
  const from = changedAt < SHOWN_CHARACTERS ? 0 : changedAt - BEFORE_CHARACTERS;
  const isHalf = /^[\udc00-\udfff]/.test(text.slice(from));
  const start = isHalf ? from - 1 : from;
  const shown = wholeCharacters(text.slice(start), SHOWN_CHARACTERS);
  return `${start > 0 ? "…" : ""}${shown}${start + shown.length < text.length ? "…" : ""}`;
}
