import { expect, test } from "vitest";
import { keptEvent, keptKey, keptMalformed } from "../testing.ts";
import type { GapMark } from "./entry.ts";
import { fileOf } from "./export.ts";

const COLUMNS = ["id"].map((field) => ({ field, title: { en: field, "pt-BR": field } }));
const GAP: GapMark = {
  kind: "gap",
  seq: 2,
  atMs: 9,
  fromMs: 0,
  toMs: 9,
  cause: null,
  gapKind: "break",
  missing: { atMost: 3 },
  recovered: 1,
};
const MALFORMED = keptMalformed('{"id":7}', {
  problem: { reason: "wrong-type", field: "id", expected: "string", found: "number" },
});

test("CSV has a line for each message, for a key only its latest, and none for a gap", async () => {
  const keyed = keptKey("a", [keptEvent('{"id":"a","n":2}', { seq: 2 }), keptEvent('{"id":"a","n":1}')]);
  const csv = await fileOf("csv", [keyed, GAP, MALFORMED], COLUMNS, "pt-BR").text();
  const [headings, ...lines] = csv.trim().split("\r\n");
  expect(headings).toMatch(/subject;sequence;.*;id;malformed;payload/);
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain('{""id"":""a"",""n"":2}');
  expect(lines[1]).toContain("id: wrong-type");
});

test("JSON has whole messages, all that are kept of each key, and gaps", async () => {
  const [older, latest] = [keptEvent('{"id":9007199254740993}'), keptEvent('{"id":"a"}', { seq: 2 })];
  const keyed = keptKey("a", [latest, older]);
  const text = await fileOf("json", [keyed, GAP, MALFORMED], COLUMNS, "en").text();
  expect(text).toContain('"payload":{"id":9007199254740993}');
  const rows = JSON.parse(text) as Record<string, unknown>[];
  const lines = (await fileOf("jsonl", [keyed, GAP, MALFORMED], COLUMNS, "en").text()).trim().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toEqual(rows);
  expect(rows.map((row) => row.gap ?? row.malformed ?? row.payload)).toMatchObject([
    { id: "a" },
    {},
    { kind: "break", missing: { atMost: 3 }, recovered: 1 },
    { reason: "wrong-type" },
  ]);
});
