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

/** The rows as CSV for a spreadsheet of the reader's language: a line for each message, its columns as they are shown. */
export function toCsv(columns: readonly FeedColumn[], rows: readonly Row[], language: string): Blob {
  const messages = rows.flatMap((row): readonly Exported[] => {
    if (row.kind === "gap") return [];
    return [row.kind === "keyed" ? row.latest : row];
  });
  return new Blob([...csvOf(messages, columns, csvStyleOf(language))], { type: MIME_TYPES.csv });
}

/** The rows as JSON: messages whole, of a key every one that is kept, and gaps with their times. */
export function toJson(rows: readonly Row[]): Blob {
  return new Blob([...jsonArrayOf(keptIn(rows))], { type: MIME_TYPES.json });
}

/** The same as JSON Lines: an object in each. */
export function toJsonLines(rows: readonly Row[]): Blob {
  return new Blob([...jsonLinesOf(keptIn(rows))], { type: MIME_TYPES.jsonl });
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
  const [from, to] = [fromMs, toMs].map((atMs) => new Date(atMs).toISOString());
  return {
    remark: {
      gap: { from: from ?? "", to: to ?? "", kind, cause: cause?.kind ?? null, missing: still, recovered },
    },
  };
}
