import type { FeedColumn } from "../../contract/column.ts";
import { type Cell, cellsOf } from "../content/cell.ts";
import { type Line, type NumberSeries, SHOWN_LINES } from "../content/series.ts";
import { shortenedKey } from "../content/write-json.ts";
import type { Formats } from "../i18n/format.ts";
import type { Language } from "../i18n/i18n.ts";

/** Keys are shortened to this length in the legend. */
const LEGEND_CHARACTERS = 60;

/** The lines of a panel that are shown, and their labels. */
export function shownLines(
  { lines, isCut }: Pick<NumberSeries, "lines" | "isCut">,
  columns: ReadonlyMap<string, FeedColumn>,
  language: Language,
) {
  // Only fields with lines count: a label needs its column only where several fields are drawn.
  const fields = new Set(lines.map(({ field }) => field));
  const [first = ""] = fields;
  const named = ({ field, key }: Line, most?: number) => {
    const title = columns.get(field)?.title[language] ?? field;
    if (key === null) return title;
    const shown = shortenedKey(key, most);
    return fields.size > 1 ? `${shown} ${title}` : shown;
  };
  return {
    lines: lines.slice(0, SHOWN_LINES),
    /** The column of all lines, where they share one. */
    common: fields.size === 1 ? columns.get(first) : undefined,
    /** How many lines aren't shown; at least as many where `isCut`. */
    hidden: Math.max(0, lines.length - SHOWN_LINES),
    isCut,
    /** A line's label in the legend. */
    labelOf: (line: Line) => named(line, LEGEND_CHARACTERS),
    /** A line's tooltip: the label with a longer key, to tell two equal labels apart. */
    titleOf: (line: Line) => named(line),
  };
}

/** Makes the formatter of a chart's numbers: as in the column's cells, but rounded unless the column has `digits`. */
export function numberFormatter(
  column: FeedColumn | undefined,
  formats: Formats,
  language: Language,
): (value: number) => string {
  const cellOf = cellsOf({ format: "number", ...column }, formats, language);
  const isExact = column?.digits !== undefined;
  return (value) => cellOf(isExact ? value : rounded(value)).text;
}

/**
 * Makes the formatter of a number that is shown large: as in the column's cells, but a number without a format is
 * rounded as in a chart, because all its digits would have no room.
 */
export function largeNumbers(
  column: FeedColumn | undefined,
  formats: Formats,
  language: Language,
): (latest: Line["latest"]) => Cell {
  const cellOf = cellsOf(column ?? {}, formats, language);
  if (column?.format !== undefined || column?.digits !== undefined) return ({ value }) => cellOf(value);
  const roundedText = numberFormatter(column, formats, language);
  // From the value as it arrived: a double would change the digits of a long number.
  const wholeOf = cellsOf({ ...column, format: "number", digits: 0 }, formats, language);
  return ({ value, number }) => {
    const text = Math.abs(number) >= 1000 ? wholeOf(value).text : roundedText(number);
    const cell = cellOf(value);
    return { ...cell, text, whole: text === cell.text ? cell.whole : (cell.whole ?? cell.text) };
  };
}

/** Rounds to four digits, but keeps all digits before the point. */
function rounded(value: number): number {
  return Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(4));
}
