import { expect, test } from "vitest";
import { parseJson } from "../content/exact-json.ts";
import { changesBetween } from "./compare.ts";

const between = (before: string, after: string) =>
  changesBetween(parseJson(before), parseJson(after)).changes;

test("lists changed, added and removed values by path", () => {
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

test("values that are nested deeper than the call stack are compared", () => {
  const deep = (leaf: string) => `${"[".repeat(20_000)}${leaf}${"]".repeat(20_000)}`;
  expect(between(deep("1"), deep("2"))).toHaveLength(1);
  expect(between(deep("1"), deep("1"))).toEqual([]);
});

test("a change far into a long text is found, and its excerpt shows it", () => {
  const text = (end: string) => JSON.stringify({ prompt: `${"a".repeat(500)}${end}${"b".repeat(500)}` });
  const [change] = between(text("one"), text("two"));
  expect(change?.before).toMatch(/^…a{40}oneb+…$/);
  expect(change?.after).toMatch(/^…a{40}twob+…$/);
  expect(between(text("😀"), text("😁"))[0]?.after).toMatch(/^…a+😁b+…$/u);
});

test("a field whose name has a dot differs from a nested field", () => {
  expect(between('{"a.b":1,"a":{"b":2}}', '{"a.b":3,"a":{"b":2}}')).toEqual([
    { path: '["a.b"]', before: "1", after: "3" },
  ]);
});

test("says whether both values were compared completely", () => {
  const many = (last: number) => parseJson(JSON.stringify([...Array(5000).fill(0), last]));
  expect(changesBetween(many(1), many(2))).toEqual({ changes: [], isAll: false });
  const fields = (last: number) =>
    parseJson(JSON.stringify([{ ...Array(3000).fill(0) }, { ...Array(3000).fill(0) }, last]));
  expect(changesBetween(fields(1), fields(2))).toEqual({ changes: [], isAll: false });
  expect(changesBetween(parseJson("[1]"), parseJson("[1]"))).toEqual({ changes: [], isAll: true });
});

test("with values too large to compare completely, nothing beyond the limit counts as added or removed", () => {
  const many = Object.fromEntries(Array.from({ length: 6000 }, (_, place) => [`f${place}`, place]));
  expect(changesBetween(many, { new: 1, ...many })).toEqual({
    changes: [{ path: "new", before: undefined, after: "1" }],
    isAll: false,
  });
  expect(changesBetween({ old: 1, ...many }, many)).toEqual({ changes: [], isAll: false });
});
