import { expect, test } from "vitest";
import type { FeedColumn } from "../../contract/column.ts";
import { viewOf } from "../testing.ts";
import { sorting } from "./panel-view.ts";
import { sorted } from "./sort.ts";

test("rows are sorted by a field, numbers by size and all digits, and rows without a value come last", () => {
  const { view, receive } = viewOf();
  for (const payload of [
    '{"n":10}',
    '{"n":9}',
    '{"n":9223372036854775802}',
    '{"n":9223372036854775801}',
    "{}",
    '{"n":null}',
  ]) {
    receive(payload);
  }
  const values = (isDown: boolean) =>
    sorted(view.rows.value, { field: "n", isDown }, "en").map((row) =>
      row.kind === "event" && typeof row.raw === "string" ? row.raw.slice(5, -1) : "",
    );
  expect(values(false).slice(0, 4)).toEqual(["9", "10", "9223372036854775801", "9223372036854775802"]);
  expect(values(true).slice(0, 4)).toEqual(["9223372036854775802", "9223372036854775801", "10", "9"]);
  expect([values(true), values(false)].map((all) => all.slice(4))).toEqual([
    ["null", ""],
    ["null", ""],
  ]);
});

test("texts in a numeric column are sorted as numbers", () => {
  const { view, receive } = viewOf();
  for (const v of ["1.5", "1.25", "1.375"]) receive(JSON.stringify({ v }));
  const values = (columns: readonly FeedColumn[]) =>
    sorted(view.rows.value, { field: "v", isDown: false }, "en", columns).map(
      (row) => row.kind === "event" && (row.value as { v: string }).v,
    );
  const column = { field: "v", title: { en: "v", "pt-BR": "v" } };
  expect(values([column])).toEqual(["1.5", "1.25", "1.375"]);
  expect(values([{ ...column, unit: "€" }])).toEqual(["1.25", "1.375", "1.5"]);
});

test("pressing a heading sorts ascending, then descending, then by arrival", async () => {
  await sorting.load();
  const { view, receive } = viewOf();
  for (const n of [2, 3, 1]) receive(`{"n":${n}}`);
  const shown = () => view.rows.value.map((row) => (row.kind === "event" ? row.raw : ""));
  view.sortBy("n");
  expect(shown()).toEqual(['{"n":1}', '{"n":2}', '{"n":3}']);
  view.sortBy("n");
  expect(shown()).toEqual(['{"n":3}', '{"n":2}', '{"n":1}']);
  view.sortBy("n");
  expect(view.sort.value).toBeNull();
  expect(shown()).toEqual(['{"n":1}', '{"n":3}', '{"n":2}']);
});
