import type { FeedColumn } from "../../contract/feed.ts";
import {
  csvOf,
  csvStyleOf,
  type Exported,
  jsonArrayOf,
  jsonLinesOf,
  type Remark,
} from "../content/export.ts";
import type { Fields } from "../content/value.ts";
import type { Entry } from "./entry.ts";
import type { Row } from "./kept.ts";

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
  const parts = {
    csv: () => csvOf(latestIn(rows), columns, csvStyleOf(language)),
    json: () => jsonArrayOf(keptIn(rows)),
    jsonl: () => jsonLinesOf(keptIn(rows)),
  }[format]();
  return new Blob([...parts], { type: MIME_TYPES[format] });
}

function latestIn(rows: readonly Row[]): readonly Exported[] {
  return rows.flatMap((row) => (row.kind === "gap" ? [] : row.kind === "keyed" ? row.latest : row));
}

function keptIn(rows: readonly Row[]): readonly (Exported | Remark)[] {
  const all = rows.flatMap((row): readonly Entry[] => (row.kind === "keyed" ? row.history() : [row]));
  return all.map((row) => (row.kind === "gap" ? remarkOf(row) : row));
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

function remarkOf(gap: Extract<Entry, { kind: "gap" }>): Remark {
  const { fromMs, toMs, cause, gapKind: kind, missing, recovered } = gap;
  const still: Fields[string] = missing === "unknown" ? missing : { ...missing };
  const timeOf = (atMs: number) => new Date(atMs).toISOString();
  const [from, to] = [timeOf(fromMs), timeOf(toMs)];
  return { remark: { gap: { from, to, kind, cause: cause?.kind ?? null, missing: still, recovered } } };
}
