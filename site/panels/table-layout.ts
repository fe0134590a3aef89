import type { FeedColumn } from "../../contract/feed.ts";
import type { CellOf } from "../content/cell.ts";
import { pathOf } from "../content/path.ts";
import { type ColumnWidth, widthOf } from "../content/widths.ts";
import type { FeedEvent } from "./entry.ts";
import type { Row } from "./kept.ts";

/** As many rows tell how wide their columns should be. */
const LOOKED_AT = 40;
/** What gets the room that is left is never less than this, characters. */
const LEAST_FLEXIBLE = 12;
/** What stands around a chip's word, characters. */
const CHIP_ROOM = 3;
/** What is cut in two can't be read. */
const UNBROKEN: ReadonlySet<FeedColumn["format"]> = new Set(["chip", "number", "bytes", "duration"] as const);

/** A column, what lays out its cells, and how wide it is. */
export interface LaidColumn {
  readonly column: FeedColumn;
  readonly cellOf: CellOf;
  /** Characters of room, and of it where texts may take two lines; null for what is left. */
  readonly width: ColumnWidth | null;
}

/** How a panel's table is laid out. */
export interface TableLayout {
  readonly columns: readonly LaidColumn[];
  /** Characters of all columns together, at the least. */
  readonly least: ColumnWidth;
  /** Whether any event had a trace, or should have one. */
  readonly hasTrace: boolean;
}

/** How wide columns were: a table whose columns shrink and grow as rows come can't be read. */
export class Widths {
  readonly #known = new Map<string, ColumnWidth>();

  /** The width of each column; never less than before. */
  of(
    columns: readonly { readonly column: FeedColumn; readonly heading: string; readonly cellOf: CellOf }[],
    rows: readonly Row[],
  ): readonly ColumnWidth[] {
    const events = eventsIn(rows);
    return columns.map(({ column: { field, format, width }, heading, cellOf }) => {
      if (width !== undefined) return { whole: width, broken: width };
      const path = pathOf(field);
      const now = widthOf(
        heading,
        events.map((event) => cellOf(path.of(event)).text),
      );
      const before = this.#known.get(field) ?? { whole: 0, broken: 0 };
      const whole = Math.max(now.whole + (format === "chip" ? CHIP_ROOM : 0), before.whole);
      const broken = UNBROKEN.has(format) ? whole : Math.max(now.broken, before.broken);
      this.#known.set(field, { whole, broken });
      return { whole, broken };
    });
  }
}

/** Gives the widest column what is left, best one of text; the others are as wide as what stands in them. */
export function layOut(
  columns: readonly Omit<LaidColumn, "width">[],
  widths: readonly ColumnWidth[],
  hasTrace: boolean,
): TableLayout {
  const wholes = widths.map(({ whole }, index) => (UNBROKEN.has(columns[index]?.column.format) ? 0 : whole));
  const flexible = wholes.lastIndexOf(Math.max(...wholes));
  const laid = columns.map((column, index) => ({
    ...column,
    width: index === flexible ? null : (widths[index] ?? null),
  }));
  const broken = widths.reduce((sum, width) => sum + width.broken, 0);
  const whole = widths.reduce((sum, width, index) => {
    const canShrink = index === flexible && wholes[index] !== 0;
    return sum + (canShrink ? Math.min(LEAST_FLEXIBLE, width.whole) : width.whole);
  }, 0);
  return {
    columns: laid,
    least: { whole, broken },
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
