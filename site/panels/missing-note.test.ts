import { expect, test } from "vitest";
import { keptEvent, keptKey } from "../testing.ts";
import type { FeedEvent } from "./entry.ts";
import { MissingColumns } from "./missing-note.tsx";

const COLUMNS = ["id", "custmer.name", "$seq", "$subject"].map((field) => ({
  field,
  title: { en: field, "pt-BR": field },
}));
const events = (count: number, payload = '{"id":null,"customer":{"name":"Ana"}}', before = 0) =>
  Array.from({ length: count }, (_, index) => keptEvent(payload, { seq: before + count - index }));

test("a path that no event has is found; null is there", () => {
  const missing = new MissingColumns();
  expect(missing.in(COLUMNS, events(10))).toEqual(["custmer.name", "$seq"]);
});

test("what was seen once isn't missing, whatever comes later", () => {
  const missing = new MissingColumns();
  missing.in(COLUMNS, events(1, '{"custmer":{"name":"Ana"}}'));
  expect(missing.in(COLUMNS, events(20, undefined, 1))).toEqual(["$seq"]);
});

test("keys that are gone say nothing of columns, and are none of the events that are enough", () => {
  const gone = events(10, undefined, 9).map((event) => ({ ...event, isDeletion: true }));
  const missing = new MissingColumns();
  expect(missing.in(COLUMNS, gone)).toEqual([]);
  expect(missing.in(COLUMNS, [...gone, ...events(9)])).toEqual([]);
  expect(missing.in(COLUMNS, [...events(1, undefined, 19), ...gone])).toEqual(["custmer.name", "$seq"]);
});

test("of a key all its events are looked at, each once", () => {
  const missing = new MissingColumns();
  const keyed = (past: readonly FeedEvent[]) => [keptKey("a", past)];
  const nine = events(9);
  expect(missing.in(COLUMNS, keyed(nine))).toEqual([]);
  expect(missing.in(COLUMNS, keyed(nine))).toEqual([]);
  expect(missing.in(COLUMNS, keyed([...events(1, undefined, 9), ...nine]))).toEqual(["custmer.name", "$seq"]);
});
