import { isFields, isList, type Value } from "../content/value.ts";
import { writeJson } from "../content/write-json.ts";

/** What became of one place in a value. */
export interface Change {
  readonly path: string;
  /** Undefined where there was nothing. */
  readonly before: string | undefined;
  /** Undefined where there is nothing any more. */
  readonly after: string | undefined;
}

/** More leaves than this aren't compared: nobody reads a longer list of changes. */
const MAX_LEAVES = 5000;
const MAX_CHARACTERS = 200;

/** What changed from one value to another, by path, in the order of the newer one. */
export function changesBetween(before: Value | undefined, after: Value | undefined): readonly Change[] {
  const [was, is] = [leavesOf(before), leavesOf(after)];
  const changes: Change[] = [];
  for (const [path, text] of is) {
    if (was.get(path) !== text) changes.push({ path, before: was.get(path), after: text });
  }
  for (const [path, text] of was) if (!is.has(path)) changes.push({ path, before: text, after: undefined });
  return changes;
}

/** Every value that holds no others, by its path; without recursion, for values may be nested deeper than the stack. */
function leavesOf(root: Value | undefined): ReadonlyMap<string, string> {
  const leaves = new Map<string, string>();
  if (root === undefined) return leaves;
  const open: { readonly path: string; readonly value: Value }[] = [{ path: "", value: root }];
  for (let next = open.pop(); next !== undefined && leaves.size < MAX_LEAVES; next = open.pop()) {
    const { path, value } = next;
    if (isList(value) && value.length > 0) {
      for (let index = Math.min(value.length, MAX_LEAVES) - 1; index >= 0; index -= 1) {
        open.push({ path: `${path}[${index}]`, value: value[index] ?? null });
      }
    } else if (isFields(value) && Object.keys(value).length > 0) {
      for (const name of Object.keys(value).slice(0, MAX_LEAVES).reverse()) {
        open.push({ path: path === "" ? name : `${path}.${name}`, value: value[name] ?? null });
      }
    } else {
      leaves.set(path, writeJson(value, { maxCharacters: MAX_CHARACTERS }).text);
    }
  }
  return leaves;
}
