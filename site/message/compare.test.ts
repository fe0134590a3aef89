import { expect, test } from "vitest";
import { parseJson } from "../content/exact-json.ts";
import { changesBetween } from "./compare.ts";

const between = (before: string, after: string) => changesBetween(parseJson(before), parseJson(after));

test("says what changed, what came and what went, by path", () => {
  expect(
    between(
      '{"id":1,"status":"queued","items":[{"sku":"a"}],"gone":null}',
      '{"id":1,"status":"done","items":[{"sku":"a"},{"sku":"b"}],"new":""}',
    ),
  ).toEqual([
    { path: "status", before: '"queued"', after: '"done"' },
    { path: "items[1].sku", before: undefined, after: '"b"' },
    { path: "new", before: undefined, after: '""' },
    { path: "gone", before: "null", after: undefined },
  ]);
});

test("tells numbers apart by their digits, and a text from a number", () => {
  expect(between('{"a":9007199254740992}', '{"a":9007199254740993}')).toEqual([
    { path: "a", before: "9007199254740992", after: "9007199254740993" },
  ]);
  expect(between("[1]", '["1"]')).toEqual([{ path: "[0]", before: "1", after: '"1"' }]);
  expect(between("{}", "{}")).toEqual([]);
});

test("values that are nested deeper than the stack are compared", () => {
  const deep = (leaf: string) => `${"[".repeat(20_000)}${leaf}${"]".repeat(20_000)}`;
  expect(between(deep("1"), deep("2"))).toHaveLength(1);
  expect(between(deep("1"), deep("1"))).toEqual([]);
});
