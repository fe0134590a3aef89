import type { FeedColumn } from "../../contract/feed.ts";
import { csvOf, csvStyleOf, jsonArrayOf, jsonLinesOf, type Remark } from "../content/export.ts";
import type { Fields } from "../content/value.ts";
import type { GapMark } from "./entry.ts";
import { entriesOf, latestOf, type Row } from "./kept.ts";

const MIME_TYPES = {
  csv: "text/csv;charset=utf-8",
  json: "application/json",
  jsonl: "application/jsonl",
} as const;

/** The formats in which rows can be taken along. */
export type ExportFormat = keyof typeof MIME_TYPES;

/**
 * The rows as a file. CSV is for a spreadsheet of the reader's language: a line for each message, of a key the latest,
 * its columns as they are shown. JSON has messages whole, of a key every one that is kept, and gaps with their times;
 * JSON Lines an object of them in each.
 */
export function fileOf(
  format: ExportFormat,
  rows: readonly Row[],
  columns: readonly FeedColumn[],
  language: string,
): Blob {
  const messages = () => rows.map(latestOf).filter((entry) => entry.kind !== "gap");
  const all = () => rows.flatMap(entriesOf).map((entry) => (entry.kind === "gap" ? remarkOf(entry) : entry));
  const parts = {
    csv: () => csvOf(messages(), columns, csvStyleOf(language)),
    json: () => jsonArrayOf(all()),
    jsonl: () => jsonLinesOf(all()),
  }[format]();
  return new Blob([...parts], { type: MIME_TYPES[format] });
}

/** Hands a file to the reader. */
export function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** A text as a file of JSON. */
export function jsonFile(text: string): Blob {
  return new Blob([text], { type: MIME_TYPES.json });
}

function remarkOf(gap: GapMark): Remark {
  const { fromMs, toMs, cause, gapKind: kind, missing, recovered } = gap;
  const still: Fields[string] = missing === "unknown" ? missing : { ...missing };
  const timeOf = (atMs: number) => new Date(atMs).toISOString();
  const [from, to] = [timeOf(fromMs), timeOf(toMs)];
  return { remark: { gap: { from, to, kind, cause: cause?.kind ?? null, missing: still, recovered } } };
}
