import type { FeedColumn } from "../../contract/feed.ts";
import { fieldOf } from "./decode.ts";
import type { FeedEvent, MalformedMessage } from "./entry.ts";
import type { Row } from "./holding.ts";

const MIME_TYPES = { csv: "text/csv;charset=utf-8", json: "application/json" } as const;

/** Whatever is shown, an event is told by its trace. */
const ALWAYS = "trace_id";

/** The rows as CSV (RFC 4180), newest first: a line for each event and malformed message, its columns as they are shown. */
export function toCsv(columns: readonly FeedColumn[], rows: readonly Row[]): string {
  const shown = columns.map(({ field }) => field);
  const names = shown.includes(ALWAYS) ? shown : [...shown, ALWAYS];
  const lines = [["received_at", "subject", ...names, "malformed"].map(csvCell).join(",")];
  for (const entry of messagesOf(rows)) {
    const values = names.map((name) => (entry.kind === "event" ? fieldOf(entry.value, name) : ""));
    const malformed = entry.kind === "malformed" ? `${entry.problem.field}: ${entry.problem.reason}` : "";
    lines.push([timeOf(entry), entry.subject, ...values, malformed].map(csvCell).join(","));
  }
  return `${lines.join("\r\n")}\r\n`;
}

/** The rows as JSON, newest first: events whole, malformed messages with their reason, gaps with their times. */
export function toJson(rows: readonly Row[]): string {
  return `${JSON.stringify(rows.map(jsonOf), null, 2)}\n`;
}

/** Hands a text to the reader as a file. */
export function download(name: string, text: string, format: keyof typeof MIME_TYPES): void {
  const url = URL.createObjectURL(new Blob([text], { type: MIME_TYPES[format] }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

function jsonOf(row: Row): object {
  if (row.kind === "keyed")
    return { key: row.key, ...jsonOf(row.latest), history: row.history().map(jsonOf) };
  if (row.kind === "gap") {
    const { fromMs, toMs, cause, gapKind: kind, missing, recovered } = row;
    const [from, to] = [isoTime(fromMs), isoTime(toMs)];
    return { gap: { from, to, kind, cause: cause?.kind ?? null, missing, recovered } };
  }
  const received = { receivedAt: timeOf(row), subject: row.subject };
  if (row.kind === "event") return { ...received, event: row.value };
  return { ...received, malformed: row.problem, payload: row.preview };
}

function messagesOf(rows: readonly Row[]): readonly (FeedEvent | MalformedMessage)[] {
  return rows.flatMap((row) => {
    if (row.kind === "gap") return [];
    return [row.kind === "keyed" ? row.latest : row];
  });
}

function timeOf(entry: FeedEvent | MalformedMessage): string {
  return isoTime(entry.atMs);
}

function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

function csvCell(value: unknown): string {
  if (value === undefined || value === null) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  // A spreadsheet would run what starts like this as a formula (OWASP, CSV injection).
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
