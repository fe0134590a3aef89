import type { FeedColumn } from "../../contract/feed.ts";
import { base64Of } from "./base64.ts";
import { type ContentEvent, pathOf } from "./path.ts";
import { payloadText } from "./payload-text.ts";
import type { Problem } from "./problem.ts";
import type { Reading } from "./reading.ts";
import { ExactNumber, type Fields, scalarText, type Value } from "./value.ts";
import { writeJson } from "./write-json.ts";

/** A message to export. */
export interface Exported extends ContentEvent, Pick<Reading, "raw" | "isCut"> {
  /** The payload's actual encoding. */
  readonly payload: Reading["kind"];
  /** How it breaks its feed's rules; absent for a valid event. */
  readonly problem?: Problem;
}

/** Another object in a JSON export, such as a gap. */
export type Remark = { readonly remark: Fields };

/** The CSV dialect that a spreadsheet in a given language opens on a double click. */
export interface CsvStyle {
  readonly separator: "," | ";" | "\t";
  readonly decimal: "." | ",";
}

/** Without it, spreadsheets read UTF-8 in a legacy encoding of their locale. */
export const BYTE_ORDER_MARK = "\ufeff";

/** A language's CSV style: where the decimal mark is a comma, columns are separated by semicolons. */
export function csvStyleOf(language: string): CsvStyle {
  const isComma = new Intl.NumberFormat(language).format(1.5).includes(",");
  return isComma ? { separator: ";", decimal: "," } : { separator: ",", decimal: "." };
}

/**
 * Messages as CSV (RFC 4180), line by line: times, subject and headers, the shown columns, why a message is malformed,
 * and its payload, marked where it was cut or isn't UTF-8.
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

/** Messages as JSON Lines, one object each; numbers in payloads keep their digits. */
export function* jsonLinesOf(rows: Iterable<Exported | Remark>): Generator<string> {
  for (const row of rows) yield `${jsonOf(row)}\n`;
}

/** The same objects as one JSON array. */
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

/** A payload as a JSON value; bytes that couldn't be read become base64. */
function payloadJson({ value, raw }: Exported): string {
  if (value !== undefined) return writeJson(value).text;
  return JSON.stringify(typeof raw === "string" ? raw : base64Of(raw));
}

/** Headers with their values as lists, since a value may contain a comma. */
function headersOf({ headers }: ContentEvent): Fields {
  return Object.fromEntries(headers.map(([name, values]) => [name, [...values]]));
}

function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** Texts that a spreadsheet would run as a formula (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r]/;
/** Numbers are safe, also when sent as text. */
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
