import { expect, test } from "vitest";
import type { FeedEvent, GapMark, MalformedMessage } from "./entry.ts";
import { toCsv, toJson } from "./export.ts";
import type { KeyedRow } from "./holding.ts";

const UNKNOWN = { gapKind: "break", missing: "unknown", recovered: 0 } as const;
const COLUMNS = ["id", "result"].map((field) => ({ field, title: { en: field, "pt-BR": field } }));
const RECEIVED = { seq: 1, atMs: 0, subject: "t", size: 2, headers: [] };
const event = (value: FeedEvent["value"]): FeedEvent => ({ kind: "event", ...RECEIVED, value });
const MALFORMED: MalformedMessage = {
  kind: "malformed",
  ...RECEIVED,
  problem: { reason: "missing", field: "id" },
  preview: "{}",
};
const GAP: GapMark = { kind: "gap", seq: 2, atMs: 9, fromMs: 0, toMs: 9, cause: null, ...UNKNOWN };
const EPOCH = "1970-01-01T00:00:00.000Z";

test("CSV: a line for each message, fields wherever they sit, nothing for a gap", () => {
  const rows = [
    event({ id: "a", result: { ok: true } }),
    GAP,
    event({ payload: { id: "b" }, trace_id: "4f2a" }),
    MALFORMED,
  ];
  expect(toCsv(COLUMNS, rows).split("\r\n")).toEqual([
    "received_at,subject,id,result,trace_id,malformed",
    `${EPOCH},t,a,"{""ok"":true}",,`,
    `${EPOCH},t,b,,4f2a,`,
    `${EPOCH},t,,,,id: missing`,
    "",
  ]);
});

test("CSV: what a spreadsheet would run is text, and numbers stay numbers", () => {
  const csv = toCsv(COLUMNS, [event({ id: '=HYPERLINK("x")', result: -5 }), event({ id: "two\nlines" })]);
  expect(csv).toContain(`t,"'=HYPERLINK(""x"")",-5,,`);
  expect(csv).toContain('t,"two\nlines",,,');
});

test("JSON: everything that is shown, a key with its history", () => {
  const latest = event({ id: "a" });
  const keyed: KeyedRow = { kind: "keyed", key: "a", latest, count: 1, history: () => [latest] };
  const shown = { receivedAt: EPOCH, subject: "t", event: { id: "a" } };
  expect(JSON.parse(toJson([keyed, MALFORMED, GAP]))).toEqual([
    { key: "a", ...shown, history: [shown] },
    { receivedAt: EPOCH, subject: "t", malformed: { reason: "missing", field: "id" }, payload: "{}" },
    {
      gap: {
        from: EPOCH,
        to: "1970-01-01T00:00:00.009Z",
        kind: "break",
        cause: null,
        missing: "unknown",
        recovered: 0,
      },
    },
  ]);
});
