import type { Feed, FeedColumn } from "../../contract/feed.ts";
import { isHeading } from "../content/path.ts";
import { readJson } from "../ui/memory.ts";

/** The most columns that can be read side by side. */
export const MAX_COLUMNS = 12;
/** With fewer events, a column without values may just have a rare field. */
export const ENOUGH_EVENTS = 10;

/** A column to show. */
export interface ShownColumn extends FeedColumn {
  /** Columns of the highest rank are left out first where room is short; chosen columns have no rank. */
  readonly rank?: number;
}

/** The fields that the reader chose as a panel's columns, in order; null for the feed's own columns. */
export type ChosenFields = readonly string[] | null;

/** The names of a list that can be columns: each once, at most `MAX_COLUMNS`. */
export function validFields(names: readonly unknown[]): readonly string[] {
  const fit = names.filter((name): name is string => typeof name === "string" && isHeading(name));
  return [...new Set(fit)].slice(0, MAX_COLUMNS);
}

/**
 * The columns to show: the chosen fields, or else the feed's own columns, or else those that were found. A chosen field
 * without a known column has its name as its heading.
 */
export function columnsOf(
  feed: Feed,
  found: readonly ShownColumn[],
  chosen: ChosenFields,
): readonly ShownColumn[] {
  const own = feed.columns.length > 0 ? feed.columns : withKey(feed, found);
  const columns =
    chosen === null
      ? own
      : chosen.map((field) => {
          const known: ShownColumn | undefined = [...own, ...found].find((column) => column.field === field);
          if (known === undefined) return { field, title: { en: field, "pt-BR": field } };
          const { rank: _, ...column } = known;
          return column;
        });
  return columns.map((column) => asChips(feed, column));
}

/** Puts the key first, also where it is no field of the payload: a bucket's key, or a token of the subject. */
function withKey({ view, key, subject }: Feed, found: readonly ShownColumn[]): readonly ShownColumn[] {
  if (view !== "latest-by-key" || key === undefined || found.some(({ field }) => field === key)) return found;
  // A bucket's key, or the token of the only wildcard, says as much as the whole subject.
  const isWhole = key === "$key" || (key.startsWith("$subject[") && subject.split(/[*>]/).length === 2);
  const others = isWhole ? found.filter(({ field }) => field !== "$subject") : found;
  return [{ field: key, title: { en: key, "pt-BR": key } }, ...others];
}

/** A field with a list of allowed values is shown as a status chip, unless its column names a format. */
function asChips(feed: Feed, column: ShownColumn): ShownColumn {
  const isNamed = feed.fields.some(({ name, values }) => name === column.field && values !== undefined);
  return column.format === undefined && isNamed ? { ...column, format: "chip" } : column;
}

/** Reads the columns that this browser remembers for a panel; null where nothing valid is remembered. */
export function parseFields(remembered: string | null): ChosenFields {
  const found = readJson(remembered);
  return Array.isArray(found) ? validFields(found) : null;
}
