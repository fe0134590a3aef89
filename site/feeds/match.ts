import type { Entry } from "./entry.ts";
import type { Row } from "./holding.ts";

/** The text in which an entry is searched; made when it is first asked for, and gone with the entry. */
const searchable = new WeakMap<Entry, string>();

/** Whether a row holds what the reader looks for, in any field, whatever the case; a gap is never hidden. */
export function matches(row: Row, wanted: string): boolean {
  const needle = wanted.trim().toLowerCase();
  if (needle === "" || row.kind === "gap") return true;
  return textOf(row.kind === "keyed" ? row.latest : row).includes(needle);
}

function textOf(entry: Entry): string {
  const known = searchable.get(entry);
  if (known !== undefined) return known;
  const text = describe(entry).toLowerCase();
  searchable.set(entry, text);
  return text;
}

function describe(entry: Entry): string {
  if (entry.kind === "gap") return "";
  if (entry.kind === "malformed") return `${entry.subject} ${entry.problem.reason} ${entry.preview}`;
  try {
    return `${entry.subject} ${JSON.stringify(entry.value)}`;
  } catch {
    // Nested deeper than the stack: it can still be found by its subject.
    return entry.subject;
  }
}
