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

/** The formats in which rows can be exported. */
export type ExportFormat = keyof typeof MIME_TYPES;

/**
 * The rows as a file.
 * - CSV, for a spreadsheet in the reader's language: one line per message, of a key only the latest, in the shown
 *   columns.
 * - JSON and JSON Lines: whole messages, all that are kept of each key, and gaps with their times.
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

/** Starts the download of a file. */
export function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** JSON text as a file. */
export function jsonFile(text: string): Blob {
  return new Blob([text], { type: MIME_TYPES.json });
}

function remarkOf(gap: GapMark): Remark {
  const { fromMs, toMs, cause, gapKind: kind, missing, recovered } = gap;
  const lost: Fields[string] = missing === "unknown" ? missing : { ...missing };
  const timeOf = (atMs: number) => new Date(atMs).toISOString();
  const [from, to] = [timeOf(fromMs), timeOf(toMs)];
  return { remark: { gap: { from, to, kind, cause: cause?.kind ?? null, missing: lost, recovered } } };
}
