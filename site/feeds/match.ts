import { fieldOf } from "./decode.ts";
import type { Entry, FeedEvent, MalformedMessage } from "./entry.ts";
import type { Row } from "./holding.ts";

/** One thing that is looked for. */
interface Term {
  /** In lower case, to be found anywhere. */
  readonly text: string;
  /** Or in this field only, where the term was written `field:value`. */
  readonly field: string | null;
  readonly value: string;
}

/**
 * Whether a row holds all that the reader looks for, whatever the case: words
 * anywhere, `"several words"` as they stand, `field:value` in one field.
 * A gap is never hidden.
 */
export function matcherOf(wanted: string): (row: Row) => boolean {
  const terms = (wanted.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? []).map(termOf).filter(({ text }) => text !== "");
  return (row) => {
    if (row.kind === "gap") return true;
    const entry = row.kind === "keyed" ? row.latest : row;
    return terms.every((term) => holds(entry, term));
  };
}

function termOf(written: string): Term {
  const plain = written.replaceAll('"', "");
  const colon = plain.indexOf(":");
  return {
    text: plain.toLowerCase(),
    field: colon > 0 ? plain.slice(0, colon) : null,
    value: plain.slice(colon + 1).toLowerCase(),
  };
}

function holds(entry: Entry, { text, field, value }: Term): boolean {
  if (textOf(entry).includes(text)) return true;
  if (field === null || entry.kind !== "event") return false;
  const found = fieldOf(entry.value, field);
  return found !== undefined && asText(found).toLowerCase().includes(value);
}

function textOf(entry: Entry): string {
  if (entry.kind === "gap") return "";
  entry.searchText ??= describe(entry).toLowerCase();
  return entry.searchText;
}

function describe(entry: FeedEvent | MalformedMessage): string {
  if (entry.kind === "malformed") return `${entry.subject} ${entry.problem.reason} ${entry.preview}`;
  return `${entry.subject} ${asText(entry.value)}`;
}

function asText(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    return JSON.stringify(value);
  } catch {
    // Nested deeper than the stack: the event can still be found by its subject.
    return "";
  }
}
