import type { FeedColumn } from "../../contract/feed.ts";
import { base64Of } from "./base64.ts";
import { type ContentEvent, pathOf } from "./path.ts";
import { payloadText } from "./payload-text.ts";
import type { Problem } from "./problem.ts";
import type { Reading } from "./reading.ts";
import { ExactNumber, type Fields, scalarText, type Value } from "./value.ts";
import { writeJson } from "./write-json.ts";

/** A message as it is taken along. */
export interface Exported extends ContentEvent, Pick<Reading, "raw" | "isCut"> {
  /** What its payload turned out to be. */
  readonly payload: Reading["kind"];
  /** Why it isn't an event of its feed; missing where it is one. */
  readonly problem?: Problem;
}

/** What else stands in an export, such as a gap. */
export type Remark = { readonly remark: Fields };

/** How a spreadsheet of a language reads CSV on a double click. */
export interface CsvStyle {
  readonly separator: "," | ";" | "\t";
  readonly decimal: "." | ",";
}

/** Without it a spreadsheet takes UTF-8 for the letters of its own country. */
export const BYTE_ORDER_MARK = "\ufeff";

/** The style of a language: where a comma stands in numbers, a semicolon stands between columns. */
export function csvStyleOf(language: string): CsvStyle {
  const isComma = new Intl.NumberFormat(language).format(1.5).includes(",");
  return isComma ? { separator: ";", decimal: "," } : { separator: ",", decimal: "." };
}

/**
 * Messages as CSV (RFC 4180), line by line: when and where each came, the columns that are shown, why it is
 * malformed, and its payload, marked where it was cut or isn't UTF-8.
 */
export function* csvOf(
  messages: Iterable<Exported>,
  columns: readonly Pick<FeedColumn, "field">[],
  style: CsvStyle,
): Generator<string> {
  const paths = columns.map(({ field }) => pathOf(field));
  const line = (values: readonly (Value | undefined)[]) =>
    `${values.map((value) => csvCell(value, style)).join(style.separator)}\r\n`;
  const names = ["received_at", "published_at", "subject", "sequence", "size", "headers"];
  yield BYTE_ORDER_MARK +
    line([
      ...names,
      ...paths.map(({ text }) => text),
      "malformed",
      "payload",
      "payload_cut",
      "payload_not_utf8",
    ]);
  for (const message of messages) {
    const { headers, problem } = message;
    yield line([
      isoTime(message.atMs),
      message.publishedAtMs === undefined ? undefined : isoTime(message.publishedAtMs),
      message.subject,
      message.sequence,
      message.size,
      headers.length === 0 ? undefined : headersOf(message),
      ...paths.map((path) => path.of(message)),
      problem === undefined ? undefined : `${problem.field}: ${problem.reason}`,
      payloadText(message, base64Of),
      message.isCut ? true : undefined,
      isDamagedText(message) ? true : undefined,
    ]);
  }
}

/** Messages as JSON Lines: one object for each, a payload with the digits that came. */
export function* jsonLinesOf(rows: Iterable<Exported | Remark>): Generator<string> {
  for (const row of rows) yield `${jsonOf(row)}\n`;
}

/** The same as one JSON array. */
export function* jsonArrayOf(rows: Iterable<Exported | Remark>): Generator<string> {
  let before = "[\n";
  for (const row of rows) {
    yield before + jsonOf(row);
    before = ",\n";
  }
  yield before === "[\n" ? "[]\n" : "\n]\n";
}

/** One message as a line of JSON. */
function jsonOf(row: Exported | Remark): string {
  if ("remark" in row) return writeJson(row.remark).text;
  const { publishedAtMs, sequence, problem, isCut } = row;
  const about: Fields = {
    received_at: isoTime(row.atMs),
    ...(publishedAtMs === undefined ? {} : { published_at: isoTime(publishedAtMs) }),
    subject: row.subject,
    ...(sequence === undefined ? {} : { sequence }),
    size: row.size,
    headers: headersOf(row),
    ...(problem === undefined ? {} : { malformed: { ...problem } as Fields }),
    ...(isCut ? { payload_cut: true } : {}),
    ...(isDamagedText(row) ? { payload_not_utf8: true } : {}),
    payload_kind: row.payload,
  };
  return `${writeJson(about).text.slice(0, -1)},"payload":${payloadJson(row)}}`;
}

/** Whether a payload is exported as a text in which � replaces bytes that aren't UTF-8. */
function isDamagedText({ payload, raw }: Exported): boolean {
  return payload === "text" && typeof raw !== "string";
}

/** A payload as a value of JSON; bytes that say nothing that could be read are base64. */
function payloadJson({ value, raw }: Exported): string {
  if (value !== undefined) return writeJson(value).text;
  return JSON.stringify(typeof raw === "string" ? raw : base64Of(raw));
}

/** A header's values apart: one may have a comma of its own. */
function headersOf({ headers }: ContentEvent): Fields {
  return Object.fromEntries(headers.map(([name, values]) => [name, [...values]]));
}

function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** A spreadsheet would run what begins like this as a formula (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r]/;
/** But a number is one, whoever wrote it. */
const NUMBER = /^-?\d+(?:\.\d+)?$/;

function csvCell(value: Value | undefined, { separator, decimal }: CsvStyle): string {
  if (value === undefined || value === null) return "";
  const scalar = value instanceof Uint8Array ? base64Of(value) : scalarText(value);
  let text = scalar ?? writeJson(value).text;
  if (typeof value === "number" || value instanceof ExactNumber) text = text.replace(".", decimal);
  else if (FORMULA.test(text) && !NUMBER.test(text)) text = `'${text}`;
  const needsQuotes = /["\r\n]/.test(text) || text.includes(separator);
  return needsQuotes ? `"${text.replaceAll('"', '""')}"` : text;
}
