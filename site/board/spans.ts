import type { FeedSize } from "../../contract/feed.ts";

/** How many of the board's columns and lines a panel takes. */
export interface Span {
  readonly columns: number;
  readonly lines: number;
}

/** As much room as panels of these sizes take, in panels of the usual one: it tells how many columns suit them. */
export function roomOf(sizes: readonly FeedSize[]): number {
  return sizes.reduce((sum, size) => sum + (size === "small" ? 1 : 2), 0);
}

/** What each panel takes of a board of so many columns; what is left of the last line is the last panel's. */
export function spansOf(sizes: readonly FeedSize[], columns: number): readonly Span[] {
  const isPlain = sizes.every((size) => size === "small");
  return sizes.map((size, index) => {
    const isLast = isPlain && index === sizes.length - 1;
    if (isLast) return { columns: columns - (index % columns), lines: 1 };
    if (size === "full") return { columns, lines: 1 };
    return { columns: size === "wide" ? Math.min(2, columns) : 1, lines: size === "tall" ? 2 : 1 };
  });
}
