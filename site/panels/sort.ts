import { collatorFor, compareValues } from "../content/order.ts";
import { pathOf } from "../content/path.ts";
import { eventOf, type Row } from "./kept.ts";

/** By which field rows are sorted, and which way; null for the order of arrival, newest first. */
export type Sort = { readonly field: string; readonly isDown: boolean } | null;

/** Rows by a field; what has no value there, and what is no event, stands last in both directions. */
export function sorted(rows: readonly Row[], sort: Sort, language: string): readonly Row[] {
  if (sort === null) return rows;
  const texts = collatorFor(language);
  const path = pathOf(sort.field);
  const keyed = rows.map((row) => {
    const event = eventOf(row);
    return { row, value: event === null ? undefined : path.of(event) };
  });
  keyed.sort((one, other) => compareValues(one.value, other.value, texts, sort.isDown));
  return keyed.map(({ row }) => row);
}
