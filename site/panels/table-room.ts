import type { ColumnWidth } from "../content/widths.ts";
import type { ShownColumn } from "./columns.ts";

/** The room that a panel's table has, as its style sheet reckons with it, in CSS pixels. */
export interface TableRoom {
  /** All of it but the time's. */
  readonly width: number;
  /** What the column behind the others takes, where there is one. */
  readonly last: number;
  /** What a column takes beside its characters. */
  readonly cell: number;
  readonly character: number;
  /** Whether texts take two lines. */
  readonly isNarrow: boolean;
}

/** Measures a table in its box; null where the browser doesn't tell the lengths. */
export function roomOf(box: HTMLElement, table: Element): TableRoom | null {
  const style = getComputedStyle(table);
  const length = (name: string) => style.getPropertyValue(name);
  const pixels = (name: string) => Number.parseFloat(length(name));
  if (!length("--time").endsWith("px")) return null;
  return {
    width: box.clientWidth - pixels("--time"),
    last: pixels("--last"),
    cell: pixels("--cell-room"),
    character: pixels("--character"),
    isNarrow: box.dataset.width !== undefined,
  };
}

/**
 * Of columns that were found those that can be read beside each other; what the others say stands in a message's
 * details. What an operator or a reader chose is never left out, but scrolled to.
 */
export function fitting<Column extends { readonly column: ShownColumn }>(
  columns: readonly Column[],
  widths: readonly ColumnWidth[],
  { width, last, cell, character, isNarrow }: TableRoom,
  hasLast: boolean,
): readonly Column[] {
  const needs = widths.map(({ oneLine, twoLines }) => (isNarrow ? twoLines : oneLine) * character + cell);
  let beyond = needs.reduce((sum, one) => sum + one, hasLast ? last : 0) - width;
  const left = new Set(columns);
  const byRank = columns
    .map((column, index) => ({ column, rank: column.column.rank ?? 0, need: needs[index] ?? 0 }))
    .filter(({ rank }) => rank > 0)
    .sort((one, other) => other.rank - one.rank);
  for (const { column, need } of byRank) {
    if (beyond <= 0 || left.size === 1) break;
    left.delete(column);
    beyond -= need;
  }
  return [...left];
}
