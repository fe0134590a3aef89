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

/** What changed from one value to another, by path. */
export function changesBetween(before: Value | undefined, after: Value | undefined): Changes {
  const [was, is] = [leavesOf(before), leavesOf(after)];
  const changes: Change[] = [];
  for (const [path, text] of is.leaves) {
    const then = was.leaves.get(path);
    if (then === text) continue;
    const from = then === undefined ? 0 : firstDifference(then, text);
    const excerpt = (one: string | undefined) => (one === undefined ? undefined : excerptOf(one, from));
    changes.push({ path, before: excerpt(then), after: excerpt(text) });
  }
  for (const [path, text] of was.leaves) {
    if (!is.leaves.has(path)) changes.push({ path, before: excerptOf(text, 0), after: undefined });
  }
  return { changes, isAll: was.isAll && is.isAll };
}

/** Every value that holds no others, by its path; without recursion, for values may be nested deeper than the stack. */
function leavesOf(root: Value | undefined): { leaves: ReadonlyMap<string, string>; isAll: boolean } {
  const leaves = new Map<string, string>();
  const open: { readonly path: string; readonly value: Value }[] = [];
  if (root !== undefined) open.push({ path: "", value: root });
  let isAll = true;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (leaves.size >= MAX_LEAVES) return { leaves, isAll: false };
    const { path, value } = next;
    const inner = innerOf(value, path);
    if (inner.length === 0) leaves.set(path, writeJson(value).text);
    if (inner.length > MAX_LEAVES) isAll = false;
    open.push(...inner.slice(0, MAX_LEAVES).reverse());
  }
  return { leaves, isAll };
}

/** What a value holds, under the paths that lead there: no two of them are the same. */
function innerOf(value: Value, path: string): { readonly path: string; readonly value: Value }[] {
  if (isList(value)) return value.map((one, index) => ({ path: `${path}[${index}]`, value: one }));
  if (!isFields(value)) return [];
  return Object.keys(value).map((name) => {
    const isPlain = name !== "" && !/[.[\]]/.test(name);
    const step = isPlain ? `${path === "" ? "" : "."}${name}` : `[${JSON.stringify(name)}]`;
    return { path: path + step, value: value[name] ?? null };
  });
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
