import type { FeedColumn } from "../../contract/column.ts";
import { isMeasured } from "../content/measured.ts";
import { collatorFor, compareKeys, type SortKey, sortKeysOf } from "../content/order.ts";
import { pathOf } from "../content/path.ts";
import { eventOf, type Row } from "./kept.ts";

/** The field and direction by which rows are sorted; null for the order of arrival, newest first. */
export type Sort = { readonly field: string; readonly isDown: boolean } | null;

/** Rows sorted by a field. In both directions rows without a value, gaps and malformed messages come last. */
export function sorted(
  rows: readonly Row[],
  sort: Sort,
  language: string,
  columns: readonly FeedColumn[] = [],
): readonly Row[] {
  if (sort === null) return rows;
  const texts = collatorFor(language);
  const path = pathOf(sort.field);
  const values = rows.map((row) => {
    const event = eventOf(row);
    return event === null ? undefined : path.of(event);
  });
  const isOfNumbers = columns.some((column) => column.field === sort.field && isMeasured(column));
  const keys = sortKeysOf(values, isOfNumbers);
  return rows
    .map((row, index) => ({ row, key: keys[index] as SortKey }))
    .sort((one, other) => compareKeys(one.key, other.key, texts, sort.isDown))
    .map(({ row }) => row);
}
