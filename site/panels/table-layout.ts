import type { FeedColumn } from "../../contract/feed.ts";
import type { CellOf } from "../content/cell.ts";
import { pathOf } from "../content/path.ts";
import { widthOf } from "../content/widths.ts";
import type { FeedEvent } from "./entry.ts";
import type { Row } from "./holding.ts";

/** As many rows tell how wide their columns should be. */
const LOOKED_AT = 40;
/** What gets the room that is left is never less than this, characters. */
const LEAST_FLEXIBLE = 12;

/** A text that takes two lines needs no more, characters; the style sheet has the same figure. */
const NARROW = 10;
/** What stands around a chip's word, characters. */
const CHIP_ROOM = 3;

/** A column, what lays out its cells, and how wide it is. */
export interface LaidColumn {
  readonly column: FeedColumn;
  readonly cellOf: CellOf;
  /** Characters of room; null for what is left. */
  readonly characters: number | null;
}

/** How a panel's table is laid out. */
export interface TableLayout {
  readonly columns: readonly LaidColumn[];
  /** Characters of all columns together, at the least. */
  readonly least: number;
  /** The same where texts may take two lines. */
  readonly leastNarrow: number;
  /** Whether any event had a trace, or should have one. */
  readonly hasTrace: boolean;
}

/** How wide columns were: a table whose columns shrink and grow as rows come can't be read. */
export class Widths {
  readonly #characters = new Map<string, number>();

  /** The width of each column, in characters; never less than before. */
  of(
    columns: readonly { readonly column: FeedColumn; readonly heading: string; readonly cellOf: CellOf }[],
    rows: readonly Row[],
  ): readonly number[] {
    const events = eventsIn(rows);
    return columns.map(({ column, heading, cellOf }) => {
      if (column.width !== undefined) return column.width;
      const path = pathOf(column.field);
      const now = widthOf(
        heading,
        events.map((event) => cellOf(path.of(event)).text),
      );
      const room = column.format === "chip" ? CHIP_ROOM : 0;
      const known = Math.max(now + room, this.#characters.get(column.field) ?? 0);
      this.#characters.set(column.field, known);
      return known;
    });
  }
}

/** Gives the widest column what is left; the others are as wide as what stands in them. */
export function layOut(
  columns: readonly Omit<LaidColumn, "characters">[],
  widths: readonly number[],
  hasTrace: boolean,
): TableLayout {
  const widest = widths.lastIndexOf(Math.max(...widths));
  const laid = columns.map((column, index) => ({
    ...column,
    characters: index === widest ? null : (widths[index] ?? LEAST_FLEXIBLE),
  }));
  const leastOf = (most: number) =>
    laid.reduce(
      (sum, { characters }, index) =>
        sum + Math.min(most, characters ?? Math.min(LEAST_FLEXIBLE, widths[index] ?? LEAST_FLEXIBLE)),
      0,
    );
  return {
    columns: laid,
    least: leastOf(Number.POSITIVE_INFINITY),
    leastNarrow: leastOf(NARROW),
    hasTrace,
  };
}

function eventsIn(rows: readonly Row[]): readonly FeedEvent[] {
  const events: FeedEvent[] = [];
  for (const row of rows) {
    if (events.length >= LOOKED_AT) break;
    if (row.kind === "keyed") events.push(row.latest);
    else if (row.kind === "event") events.push(row);
  }
  return events;
}
