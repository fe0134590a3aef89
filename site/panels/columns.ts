import type { Feed, FeedColumn } from "../../contract/feed.ts";

/** More columns than this nobody can read beside each other. */
export const MAX_COLUMNS = 12;
/** A longer name is no field that was meant to be read. */
const MAX_NAME_CHARACTERS = 64;

/** The fields that a reader chose to see of a panel, in their order; null for the feed's own columns. */
export type ChosenFields = readonly string[] | null;

/** Makes of any list of names one that can be shown: each once, within bounds. */
export function sound(names: readonly unknown[]): readonly string[] {
  const fit = names.filter(
    (name): name is string => typeof name === "string" && name !== "" && name.length <= MAX_NAME_CHARACTERS,
  );
  return [...new Set(fit)].slice(0, MAX_COLUMNS);
}

/**
 * The columns to show: the feed's own with their headings, those that were found where it has none, and any other
 * field under its own name.
 */
export function columnsOf(
  feed: Feed,
  found: readonly FeedColumn[],
  chosen: ChosenFields,
): readonly FeedColumn[] {
  const own = feed.columns.length > 0 ? feed.columns : withKey(feed, found);
  const columns =
    chosen === null
      ? own
      : chosen.map(
          (field) =>
            [...own, ...found].find((column) => column.field === field) ?? {
              field,
              title: { en: field, "pt-BR": field },
            },
        );
  return columns.map((column) => asChips(feed, column));
}

/** What a row is known by stands first, also where no event says it as a field: a bucket's key, a subject's token. */
function withKey({ view, key }: Feed, found: readonly FeedColumn[]): readonly FeedColumn[] {
  const isMissing =
    view === "latest-by-key" && key !== undefined && found.every(({ field }) => field !== key);
  return isMissing ? [{ field: key, title: { en: key, "pt-BR": key } }, ...found] : found;
}

/** A field of which all values are named is a status, unless its column says otherwise. */
function asChips(feed: Feed, column: FeedColumn): FeedColumn {
  const isNamed = feed.fields.some(({ name, values }) => name === column.field && values !== undefined);
  return column.format === undefined && isNamed ? { ...column, format: "chip" } : column;
}

/** Reads what this browser remembers of a panel's columns; null where that is nothing that can be shown. */
export function parseFields(remembered: string | null): ChosenFields {
  if (remembered === null) return null;
  try {
    const found: unknown = JSON.parse(remembered);
    return Array.isArray(found) ? sound(found) : null;
  } catch {
    return null;
  }
}
