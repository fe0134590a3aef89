import type { FeedColumn } from "../../contract/feed.ts";
import type { CellOf } from "../content/cell.ts";
import { pathOf } from "../content/path.ts";
import { type CharacterWidth, type ColumnWidth, widthOf } from "../content/widths.ts";
import type { ShownColumn } from "./columns.ts";
import type { FeedEvent } from "./entry.ts";
import { eventOf, type Row } from "./kept.ts";

/** How many of the newest events are measured for the widths of columns. */
const MEASURED_EVENTS = 40;
/** A column wider than this gets all the room that is left, instead of an equal share; in digits. */
const LONG_TEXT = 40;
/** Fractions are measured up to four digits; the details show the rest. */
const LONG_FRACTION = /(\.\d{4})\d{2,}$/;
/** Widths in rem: the time column, the last column, a cell's padding, a chip's padding. */
const WIDE = { time: 5.25, last: 6, cell: 1.125, chip: 1 };
/** The same in a narrow panel, where texts take two lines and there is no last column. */
const NARROW = { time: 4.5, last: 0, cell: 0.625, chip: 0.5 };
/** Extra room between the last column and the edge, rem. */
const EDGE = 0.25;
/** The most extra room between columns, rem. */
const MAX_APART = 7;

/** The room and fonts of a panel's table. */
export interface TableRoom {
  readonly insidePx: number;
  /** Whether texts take two lines, and there is no last column. */
  readonly isNarrow: boolean;
  readonly remPx: number;
  /** The widths of characters; the same function for the same font. */
  readonly characterWidth: CharacterWidth;
  /** The same in the bold font of chips and toned values. */
  readonly boldCharacterWidth: CharacterWidth;
}

/** A column with its formatter and its heading. */
interface NamedColumn {
  readonly column: ShownColumn;
  readonly cellOf: CellOf;
  readonly heading: string;
}

/** A column with its width, which includes the padding of its cells. */
interface SizedColumn extends NamedColumn {
  readonly width: ColumnWidth;
}

/** The layout of a panel's table. Its lengths, in CSS pixels, are absent until the table is measured. */
export interface TableLayout {
  readonly columns: readonly (NamedColumn & {
    /** Absent for the column that takes the remaining room. */
    readonly widthPx?: number | undefined;
    /** Padding to the right of its numbers. */
    readonly paddingPx?: number | undefined;
  })[];
  readonly timePx?: number;
  readonly lastPx?: number;
  /** The last column: the number of a key's events, or the trace where events have or should have one. */
  readonly last: "history" | "trace" | null;
}

/** The widths of columns so far: columns that shrink and grow with each row can't be read. */
export class Widths {
  #room: TableRoom | null = null;
  readonly #known = new Map<string, ColumnWidth>();

  /** The columns with their widths, which never shrink while the font and the number of lines stay the same. */
  of(columns: readonly NamedColumn[], rows: readonly Row[], room: TableRoom): readonly SizedColumn[] {
    const before = this.#room;
    if (before?.characterWidth !== room.characterWidth || before.isNarrow !== room.isNarrow)
      this.#known.clear();
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
  const characterWidth =
    format === "chip" || tones !== undefined ? room.boldCharacterWidth : room.characterWidth;
  const figure = characterWidth("0");
  const isNumeric = column.align === "end" || alignOf(format) === "end";
  const { least, whole } =
    width !== undefined
      ? { least: width * figure, whole: width * figure }
      : widthOf(heading, texts, {
          characterWidth,
          lines: isNarrow ? 2 : 1,
          // A time without its end is useless.
          isUnbroken: isNumeric || (format === "time" && !isNarrow),
          isExact: isNumeric || format === "chip" || format === "time",
        });
  const { cell, chip } = isNarrow ? NARROW : WIDE;
  const besidePx = (cell + (format === "chip" && width === undefined ? chip : 0)) * remPx;
  return { least: least + besidePx, whole: whole + besidePx };
}

/** Numbers are aligned at their end. */
export function alignOf(format: FeedColumn["format"]): "start" | "end" {
  return format === "number" || format === "bytes" || format === "duration" ? "end" : "start";
}

/**
 * Lays out a table's columns.
 * - With too little room, columns shrink, down to their least width. Where even that is too wide, found columns are
 *   left out, and then the table scrolls.
 * - With more room than the columns need, the widest column of long texts takes it. Without such a column all columns
 *   move apart up to `MAX_APART`, and the rest is left after the last one.
 */
export function layOut(
  columns: readonly SizedColumn[],
  last: TableLayout["last"],
  { insidePx, isNarrow, remPx, characterWidth }: TableRoom,
): TableLayout {
  const widths = isNarrow ? NARROW : WIDE;
  const [timePx, cellPx] = [widths.time * remPx, widths.cell * remPx];
  const lastPx = last === null ? 0 : widths.last * remPx;
  const roomPx = insidePx - timePx - lastPx - EDGE * remPx;
  const shown = columnsThatFit(columns, roomPx);
  const end = shown.length - 1;
  const [leastPx, wholePx] = [sumOf(shown, "least"), sumOf(shown, "whole")];
  const growth = clamp(0, (roomPx - leastPx) / Math.max(1, wholePx - leastPx), 1);
  const widest = Math.max(0, ...shown.map((sized) => (isEndAligned(sized) ? 0 : sized.width.whole)));
  const isSpread = widest < LONG_TEXT * characterWidth("0") + cellPx;
  const apartPx = isSpread ? clamp(0, (roomPx - wholePx) / shown.length, MAX_APART * remPx) : 0;
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
        // Half of the spare room goes to the right of numbers, so that they don't touch the next column's text.
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
 * Leaves out found columns that have no room; the details show their fields. Columns that the operator or the reader
 * chose are never left out.
 */
function columnsThatFit(columns: readonly SizedColumn[], roomPx: number): readonly SizedColumn[] {
  const rankOf = ({ column }: SizedColumn) => column.rank ?? 0;
  const shown = new Set<SizedColumn>();
  for (const column of columns.toSorted((one, other) => rankOf(one) - rankOf(other))) {
    const neededPx = sumOf([...shown, column], "least");
    // After a wide column without room, a narrow one of a higher rank may still fit.
    if (neededPx <= roomPx || shown.size === 0 || rankOf(column) === 0) shown.add(column);
  }
  return columns.filter((column) => shown.has(column));
}

function sumOf(columns: readonly SizedColumn[], of: keyof ColumnWidth): number {
  return columns.reduce((sum, { width }) => sum + width[of], 0);
}

function clamp(least: number, value: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

function eventsIn(rows: readonly Row[]): readonly FeedEvent[] {
  const events: FeedEvent[] = [];
  for (const row of rows) {
    if (events.length >= MEASURED_EVENTS) break;
    const event = eventOf(row);
    if (event !== null) events.push(event);
  }
  return events;
}
