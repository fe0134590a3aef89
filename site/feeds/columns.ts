import type { Feed, FeedColumn } from "../../contract/feed.ts";

/** More columns than this nobody can read beside each other. */
export const MAX_COLUMNS = 12;
/** A longer name is no field that was meant to be read. */
const MAX_NAME_CHARACTERS = 64;

/** The fields that a reader chose to see of a feed, in their order; null for the feed's own columns. */
export type ChosenFields = readonly string[] | null;

/** Makes of any list of names one that can be shown: each once, within bounds. */
export function sound(names: readonly unknown[]): readonly string[] {
  const fit = names.filter(
    (name): name is string => typeof name === "string" && name !== "" && name.length <= MAX_NAME_CHARACTERS,
  );
  return [...new Set(fit)].slice(0, MAX_COLUMNS);
}

/** The columns to show: the feed's own headings where it has them, else the field's name. */
export function columnsOf(feed: Feed, chosen: ChosenFields): readonly FeedColumn[] {
  if (chosen === null) return feed.columns;
  return chosen.map(
    (field) =>
      feed.columns.find((column) => column.field === field) ?? {
        field,
        title: { en: field, "pt-BR": field },
      },
  );
}

/** Reads what this browser remembers of a feed's columns; null where that is nothing that can be shown. */
export function parseFields(remembered: string | null): ChosenFields {
  if (remembered === null) return null;
  try {
    const found: unknown = JSON.parse(remembered);
    return Array.isArray(found) ? sound(found) : null;
  } catch {
    return null;
  }
}
