import type { FeedColumn } from "../../contract/column.ts";
import { cellsOf } from "../content/cell.ts";
import { type Line, type NumberSeries, SHOWN_LINES } from "../content/series.ts";
import { shortenedKey } from "../content/write-json.ts";
import type { Formats } from "../i18n/format.ts";
import type { Language } from "../i18n/i18n.ts";

/** Longer keys than this would fill the legend. */
const LEGEND_CHARACTERS = 60;

/** What is shown of a panel's lines. */
export function shownLines(
  { lines, isCut }: Pick<NumberSeries, "lines" | "isCut">,
  columns: ReadonlyMap<string, FeedColumn>,
  language: Language,
) {
  // Not all columns have numbers, and those that have none tell no line from another.
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
    /** The column of all of them, where it is one. */
    only: fields.size === 1 ? columns.get(first) : undefined,
    /** How many there are beside those that are shown, at least. */
    more: Math.max(0, lines.length - SHOWN_LINES),
    isCut,
    /** What tells a line from the others. */
    labelOf: (line: Line) => named(line, LEGEND_CHARACTERS),
    /** The same with all that is told of a key, to be looked up where two labels are one. */
    titleOf: (line: Line) => named(line),
  };
}

/** Writes a number of a chart: as its column says, or to what can be read off a chart where that says nothing. */
export function writerOf(
  column: FeedColumn | undefined,
  formats: Formats,
  language: Language,
): (value: number) => string {
  const cellOf = cellsOf({ format: "number", ...column }, formats, language);
  const isExact = column?.digits !== undefined;
  return (value) => cellOf(isExact ? value : rounded(value)).text;
}

/** Whole numbers keep all their digits. */
function rounded(value: number): number {
  return Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(4));
}
