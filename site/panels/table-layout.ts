import type { FeedColumn } from "../../contract/feed.ts";
import type { CellOf } from "../content/cell.ts";
import { pathOf } from "../content/path.ts";
import { type ColumnWidth, type WidthOfSign, widthOf } from "../content/widths.ts";
import type { ShownColumn } from "./columns.ts";
import type { FeedEvent } from "./entry.ts";
import { eventOf, type Row } from "./kept.ts";

/** As many rows tell how wide their columns should be. */
const LOOKED_AT = 40;
/** A column of longer texts is better off with the room that is left than all columns are with a part of it; figures. */
const LONG_TEXT = 40;
/** Of a number's fraction there is room for so many digits; the others can be seen in its details. */
const LONG_FRACTION = /(\.\d{4})\d{2,}$/;
/** What the time takes, and what stands behind the columns, and each cell beside its text, and a chip beside its word; rem. */
const WIDE = { time: 5.25, last: 6, cell: 1.125, chip: 1 };
/** The same where texts take two lines. */
const NARROW = { time: 4.5, last: 0, cell: 0.625, chip: 0.5 };
/** The last column stands this much farther from the edge; rem. */
const EDGE = 0.25;
/** Columns stand no farther apart, rem. */
const APART = 7;

/** The room that a panel's table has. */
export interface TableRoom {
  readonly insidePx: number;
  /** Whether texts take two lines, and nothing stands behind them. */
  readonly isNarrow: boolean;
  readonly remPx: number;
  /** The same one for the same font. */
  readonly widthOfSign: WidthOfSign;
  /** How wide a sign of a status is, and of what has a tone. */
  readonly widthOfBoldSign: WidthOfSign;
}

/** A column, what lays out its cells, and what it is called. */
interface NamedColumn {
  readonly column: ShownColumn;
  readonly cellOf: CellOf;
  readonly heading: string;
}

/** A column with how wide it should be, its cells' paddings with it. */
interface SizedColumn extends NamedColumn {
  readonly width: ColumnWidth;
}

/** How a panel's table is laid out; in CSS pixels, which nobody knows before there is one. */
export interface TableLayout {
  readonly columns: readonly (NamedColumn & {
    /** None where it has what the others leave: on paper that is less than in its room. */
    readonly widthPx?: number | undefined;
    /** What stands behind its figures. */
    readonly paddingPx?: number | undefined;
  })[];
  readonly timePx?: number;
  readonly lastPx?: number;
  /** What stands behind them: how many events a key has, or a trace where any event had one, or should have. */
  readonly last: "history" | "trace" | null;
}

/** How wide columns were: a table whose columns shrink and grow as rows come can't be read. */
export class Widths {
  #room: TableRoom | null = null;
  readonly #known = new Map<string, ColumnWidth>();

  /** The columns with the width of each; never less than before, while their texts are as large and in as many lines. */
  of(columns: readonly NamedColumn[], rows: readonly Row[], room: TableRoom): readonly SizedColumn[] {
    const before = this.#room;
    if (before?.widthOfSign !== room.widthOfSign || before.isNarrow !== room.isNarrow) this.#known.clear();
    this.#room = room;
    const events = eventsIn(rows);
    return columns.map((named) => {
      const { column, cellOf } = named;
      const path = pathOf(column.field);
      const texts = events.map((event) => {
        const { kind, text } = cellOf(path.of(event));
        return kind === "number" ? text.replace(LONG_FRACTION, "$1…") : text;
      });
      const { least, whole } = widthIn(room, named, texts);
      const before = this.#known.get(column.field);
      const width = {
        least: Math.max(least, before?.least ?? 0),
        whole: Math.max(whole, before?.whole ?? 0),
      };
      this.#known.set(column.field, width);
      return { ...named, width };
    });
  }
}

function widthIn(room: TableRoom, { column, heading }: NamedColumn, texts: readonly string[]): ColumnWidth {
  const { isNarrow, remPx } = room;
  const { format, width, tones } = column;
  const widthOfSign = format === "chip" || tones !== undefined ? room.widthOfBoldSign : room.widthOfSign;
  const figure = widthOfSign("0");
  const isFigures = column.align === "end" || alignOf(format) === "end";
  const { least, whole } =
    width !== undefined
      ? { least: width * figure, whole: width * figure }
      : widthOf(heading, texts, {
          widthOfSign,
          lines: isNarrow ? 2 : 1,
          // A time that loses its end tells nothing.
          isUnbroken: isFigures || (format === "time" && !isNarrow),
          isExact: isFigures || format === "chip" || format === "time",
        });
  const { cell, chip } = isNarrow ? NARROW : WIDE;
  const besidePx = (cell + (format === "chip" && width === undefined ? chip : 0)) * remPx;
  return { least: least + besidePx, whole: whole + besidePx };
}

/** Figures stand under each other by their last digit. */
export function alignOf(format: FeedColumn["format"]): "start" | "end" {
  return format === "number" || format === "bytes" || format === "duration" ? "end" : "start";
}

/**
 * Lays a table's columns out in its room. All have what their content needs. Where there is less, those that were found
 * are left out, each other gives way to its least, and then they are scrolled to. Where there is more, a column of long
 * texts has it; where there is none, they stand farther apart, and what is left beyond that stands behind the last one.
 */
export function layOut(
  columns: readonly SizedColumn[],
  last: TableLayout["last"],
  { insidePx, isNarrow, remPx, widthOfSign }: TableRoom,
): TableLayout {
  const { time, last: behind, cell } = isNarrow ? NARROW : WIDE;
  const [timePx, lastPx, cellPx] = [time * remPx, last === null ? 0 : behind * remPx, cell * remPx];
  const roomPx = insidePx - timePx - lastPx - EDGE * remPx;
  const shown = fitting(columns, roomPx);
  const end = shown.length - 1;
  const [leastPx, wholePx] = [sumOf(shown, "least"), sumOf(shown, "whole")];
  const growth = between(0, (roomPx - leastPx) / Math.max(1, wholePx - leastPx), 1);
  const widest = Math.max(0, ...shown.map((sized) => (isEndAligned(sized) ? 0 : sized.width.whole)));
  const isSpread = widest < LONG_TEXT * widthOfSign("0") + cellPx;
  const apartPx = isSpread ? between(0, (roomPx - wholePx) / shown.length, APART * remPx) : 0;
  const restPx = Math.max(0, roomPx - wholePx - apartPx * shown.length);
  const flexible = isSpread
    ? end
    : shown.findLastIndex((sized) => !isEndAligned(sized) && sized.width.whole === widest);
  return {
    columns: shown.map((sized, index) => {
      const { least, whole } = sized.width;
      const isRest = index === flexible && restPx > 0;
      const behindPx = (index === end ? EDGE * remPx : 0) + (isRest ? restPx : 0);
      return {
        ...sized,
        widthPx: isRest && !isSpread ? undefined : least + growth * (whole - least) + apartPx + behindPx,
        // What is left is on either side of figures: they would stand against the next column's words.
        paddingPx: isEndAligned(sized) ? (cellPx + apartPx) / 2 + behindPx : undefined,
      };
    }),
    timePx,
    lastPx,
    last,
  };
}

function isEndAligned({ column: { align, format } }: NamedColumn): boolean {
  return (align ?? alignOf(format)) === "end";
}

/**
 * Of columns that were found those that can be read beside each other; what the others say stands in a message's
 * details. What an operator or a reader chose is never left out.
 */
function fitting(columns: readonly SizedColumn[], roomPx: number): readonly SizedColumn[] {
  const rankOf = ({ column }: SizedColumn) => column.rank ?? 0;
  const shown = new Set<SizedColumn>();
  for (const column of columns.toSorted((one, other) => rankOf(one) - rankOf(other))) {
    const neededPx = sumOf([...shown, column], "least");
    // Where a wide one has no room, a narrow one that tells less may have.
    if (neededPx <= roomPx || shown.size === 0 || rankOf(column) === 0) shown.add(column);
  }
  return columns.filter((column) => shown.has(column));
}

function sumOf(columns: readonly SizedColumn[], of: keyof ColumnWidth): number {
  return columns.reduce((sum, { width }) => sum + width[of], 0);
}

function between(least: number, value: number, most: number): number {
  return Math.min(most, Math.max(least, value));
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
