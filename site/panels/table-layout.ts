import type { FeedColumn } from "../../contract/feed.ts";
import type { Cell, CellOf } from "../content/cell.ts";
import { pathOf } from "../content/path.ts";
import { type ColumnWidth, widthOf } from "../content/widths.ts";
import type { ShownColumn } from "./columns.ts";
import type { FeedEvent } from "./entry.ts";
import { eventOf, type Row } from "./kept.ts";

/** As many rows tell how wide their columns should be. */
const LOOKED_AT = 40;
/** What stands around a chip's word, characters. */
const CHIP_ROOM = 2;
/** A chip's word may be cut after so many, where there is too little room. */
const LEAST_CHIP = 13;
/** A column of longer texts is better off with the room that is left than all columns are with a part of it. */
const LONG_TEXT = 40;
/** Of a number's fraction there is room for so many digits; the others can be seen in its details. */
const LONG_FRACTION = /(\.\d{4})\d{2,}$/;
/** However rare it is, a status that is cut can't be told, and a number would be another; any other text loses its end. */
const WHOLE: ReadonlySet<Cell["kind"]> = new Set(["chip", "number", "bytes", "duration", "time"] as const);
/** Figures that are sent as texts, durations too. */
const FIGURES = /^\s*[-+]?[\d.]\S{0,18}\s*$/;
/** What is cut in two can't be read. */
const UNBROKEN: ReadonlySet<FeedColumn["format"]> = new Set(["chip", "number", "bytes", "duration"] as const);

/** A column, what lays out its cells, and how wide it is. */
export interface SizedColumn {
  readonly column: ShownColumn;
  readonly cellOf: CellOf;
  readonly width: ColumnWidth;
}

/** A column as it is laid out beside the others. */
interface LaidColumn extends SizedColumn {
  /** Whether it is as wide as what the others leave. */
  readonly isFlexible: boolean;
}

/** How a panel's table is laid out. */
export interface TableLayout {
  readonly columns: readonly LaidColumn[];
  /** The widths of all columns together. */
  readonly sum: ColumnWidth;
  /** Whether the room that is left is shared by all columns, because none has long texts. */
  readonly isSpread: boolean;
  /** What stands behind them: how many events a key has, or a trace where any event had one, or should have. */
  readonly last: "history" | "trace" | null;
}

/** How wide columns were: a table whose columns shrink and grow as rows come can't be read. */
export class Widths {
  readonly #known = new Map<string, ColumnWidth>();

  /** The columns with the width of each; never less than before. */
  of(
    columns: readonly { readonly column: ShownColumn; readonly heading: string; readonly cellOf: CellOf }[],
    rows: readonly Row[],
  ): readonly SizedColumn[] {
    const events = eventsIn(rows);
    return columns.map(({ column, heading, cellOf }) => {
      const { field, width } = column;
      if (width !== undefined) return { column, cellOf, width: always(width) };
      const path = pathOf(field);
      const cells = events.map((event) => {
        const { kind, text } = cellOf(path.of(event));
        return { kind, text: kind === "number" ? text.replace(LONG_FRACTION, "$1…") : text };
      });
      const widthFor = (some: typeof cells, share?: number) =>
        widthOf(
          heading,
          some.map(({ text }) => text),
          share,
        );
      const usual = widthFor(cells);
      const now = isUnbroken(column)
        ? combine(
            usual,
            widthFor(
              cells.filter(({ kind, text }) => WHOLE.has(kind) || FIGURES.test(text)),
              1,
            ),
            Math.max,
          )
        : usual;
      const room = isUnbroken(column)
        ? inOneLine(now, column)
        : column.format === "time"
          ? asTime(now, column)
          : now;
      const widest = combine(room, this.#known.get(field) ?? room, Math.max);
      this.#known.set(field, widest);
      return { column, cellOf, width: widest };
    });
  }
}

/** What is cut in two can't be read; a chip's words may lose their end in one line, and are all there in two. */
function inOneLine({ whole, twoLines }: ColumnWidth, { format }: FeedColumn): ColumnWidth {
  if (format !== "chip") return always(whole);
  const chip = whole + CHIP_ROOM;
  return {
    whole: chip,
    oneLine: Math.min(chip, LEAST_CHIP),
    twoLines: Math.min(chip, twoLines + CHIP_ROOM),
  };
}

/** A time that loses its end tells nothing: in two lines all of it stands, in one where the column may be left out instead. */
function asTime({ whole, oneLine, twoLines }: ColumnWidth, { rank }: ShownColumn): ColumnWidth {
  return {
    whole,
    oneLine: rank === undefined ? oneLine : whole,
    twoLines: Math.max(twoLines, whole / 2 + 1),
  };
}

function always(width: number): ColumnWidth {
  return { whole: width, oneLine: width, twoLines: width };
}

function combine(
  one: ColumnWidth,
  other: ColumnWidth,
  of: (one: number, other: number) => number,
): ColumnWidth {
  return {
    whole: of(one.whole, other.whole),
    oneLine: of(one.oneLine, other.oneLine),
    twoLines: of(one.twoLines, other.twoLines),
  };
}

function isUnbroken({ format, align }: FeedColumn): boolean {
  return UNBROKEN.has(format) || (align ?? alignOf(format)) === "end";
}

/** Figures stand under each other by their last digit. */
export function alignOf(format: FeedColumn["format"]): "start" | "end" {
  return format === "number" || format === "bytes" || format === "duration" ? "end" : "start";
}

/**
 * Gives a column of long texts what the others leave. Where there is none, all are spread, and what is left beyond that
 * stands behind the last one.
 */
export function layOut(columns: readonly SizedColumn[], last: TableLayout["last"]): TableLayout {
  const texts = columns.map(({ column, width }) => (isUnbroken(column) ? 0 : width.whole));
  const widest = Math.max(...texts);
  const isSpread = widest < LONG_TEXT;
  const flexible = isSpread ? columns.length - 1 : texts.lastIndexOf(widest);
  return {
    columns: columns.map((column, index) => ({ ...column, isFlexible: index === flexible })),
    sum: columns.reduce((sum, { width }) => combine(sum, width, (one, other) => one + other), always(0)),
    isSpread,
    last,
  };
}

function eventsIn(rows: readonly Row[]): readonly FeedEvent[] {
  const events: FeedEvent[] = [];
  for (const row of rows) {
    if (events.length >= LOOKED_AT) break;
    const event = eventOf(row);
    if (event !== null) events.push(event);
  }
  return events;
}
