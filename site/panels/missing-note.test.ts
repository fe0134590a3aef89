import { expect, test } from "vitest";
import { keptEvent } from "../testing.ts";
import { MissingColumns } from "./missing-note.tsx";

const COLUMNS = ["id", "custmer.name", "$seq", "$subject"].map((field) => ({
  field,
  title: { en: field, "pt-BR": field },
}));
const events = (count: number, payload = '{"id":null,"customer":{"name":"Ana"}}') =>
  Array.from({ length: count }, () => keptEvent(payload));

test("a path that no event has is found; null is there", () => {
  const missing = new MissingColumns();
  expect(missing.in(COLUMNS, events(10))).toEqual(["custmer.name", "$seq"]);
});

test("what was seen once isn't missing, whatever comes later", () => {
  const missing = new MissingColumns();
  missing.in(COLUMNS, events(1, '{"custmer":{"name":"Ana"}}'));
  expect(missing.in(COLUMNS, events(20))).toEqual(["$seq"]);
});

test("keys that are gone say nothing of columns", () => {
  const gone = events(10).map((event) => ({ ...event, isDeletion: true }));
  const missing = new MissingColumns();
  expect(missing.in(COLUMNS, gone)).toEqual([]);
  expect(missing.in(COLUMNS, [...gone, ...events(1)])).toEqual(["custmer.name", "$seq"]);
});
