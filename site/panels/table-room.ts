import type { SizedColumn } from "./table-layout.ts";

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

/** Measures a table in its box, which is so wide inside: to ask it once more would have the page laid out; null where the browser doesn't tell the lengths. */
export function roomOf(box: HTMLElement, table: Element, width: number): TableRoom | null {
  const style = getComputedStyle(table);
  const length = (name: string) => style.getPropertyValue(name);
  const pixels = (name: string) => Number.parseFloat(length(name));
  if (!length("--time").endsWith("px")) return null;
  return {
    width: width - pixels("--time"),
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
export function fitting<Column extends Pick<SizedColumn, "column" | "width">>(
  columns: readonly Column[],
  { width, last, cell, character, isNarrow }: TableRoom,
  hasLast: boolean,
): readonly Column[] {
  const needOf = ({ width: { oneLine, twoLines } }: Column) =>
    (isNarrow ? twoLines : oneLine) * character + cell;
  const rankOf = ({ column }: Column) => column.rank ?? 0;
  const shown = new Set<Column>();
  let left = width - (hasLast ? last : 0);
  for (const column of columns.toSorted((one, other) => rankOf(one) - rankOf(other))) {
    const need = needOf(column);
    // Where a wide one has no room, a narrow one that tells less may have.
    if (need > left && shown.size > 0 && rankOf(column) > 0) continue;
    shown.add(column);
    left -= need;
  }
  return columns.filter((column) => shown.has(column));
}
