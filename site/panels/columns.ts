import type { Feed, FeedColumn } from "../../contract/feed.ts";
import { isHeading } from "../content/path.ts";
import { readJson } from "../ui/memory.ts";

/** More columns than this nobody can read beside each other. */
export const MAX_COLUMNS = 12;
/** After fewer events a column's field may just be rare. */
export const ENOUGH_EVENTS = 10;
/** A column as it is to be shown. */
export interface ShownColumn extends FeedColumn {
  /** Where there is no room for all, those of the highest give way; those that were chosen have none. */
  readonly rank?: number;
}

/** The fields that a reader chose to see of a panel, in their order; null for the feed's own columns. */
export type ChosenFields = readonly string[] | null;

/** Makes of any list of names one that can be shown: each once, within bounds. */
export function sound(names: readonly unknown[]): readonly string[] {
  const fit = names.filter((name): name is string => typeof name === "string" && isHeading(name));
  return [...new Set(fit)].slice(0, MAX_COLUMNS);
}

/**
 * The columns to show: the feed's own with their headings, those that were found where it has none, and any other
 * field under its own name.
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

/** What a row is known by stands first, also where no event says it as a field: a bucket's key, a subject's token. */
function withKey({ view, key, subject }: Feed, found: readonly ShownColumn[]): readonly ShownColumn[] {
  if (view !== "latest-by-key" || key === undefined || found.some(({ field }) => field === key)) return found;
  // The token of a subject that differs says all that the subject does.
  const isOnlyWildcard = key.startsWith("$subject[") && subject.split(/[*>]/).length === 2;
  const others = isOnlyWildcard ? found.filter(({ field }) => field !== "$subject") : found;
  return [{ field: key, title: { en: key, "pt-BR": key } }, ...others];
}

/** A field of which all values are named is a status, unless its column says otherwise. */
function asChips(feed: Feed, column: ShownColumn): ShownColumn {
  const isNamed = feed.fields.some(({ name, values }) => name === column.field && values !== undefined);
  return column.format === undefined && isNamed ? { ...column, format: "chip" } : column;
}

/** Reads what this browser remembers of a panel's columns; null where that is nothing that can be shown. */
export function parseFields(remembered: string | null): ChosenFields {
  const found = readJson(remembered);
  return Array.isArray(found) ? sound(found) : null;
}
