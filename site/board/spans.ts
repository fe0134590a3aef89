import type { FeedSize } from "../../contract/feed.ts";

/** The number of the board's columns and lines that a panel spans. */
export interface Span {
  readonly columns: number;
  readonly lines: number;
}

/** The room that panels of these sizes take, in multiples of a default panel. */
export function roomOf(sizes: readonly FeedSize[]): number {
  return sizes.reduce((sum, size) => sum + (size === "small" ? 1 : 2), 0);
}

/** The span of each panel. The last panel also takes what is left of the last line. */
export function spansOf(sizes: readonly FeedSize[], columns: number): readonly Span[] {
  const isPlain = sizes.every((size) => size === "small");
  return sizes.map((size, index) => {
    const isLast = isPlain && index === sizes.length - 1;
    if (isLast) return { columns: columns - (index % columns), lines: 1 };
    if (size === "full") return { columns, lines: 1 };
    return { columns: size === "wide" ? Math.min(2, columns) : 1, lines: size === "tall" ? 2 : 1 };
  });
}
