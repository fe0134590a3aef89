import { expect, test } from "vitest";
import type { Feed } from "../../contract/feed.ts";
import { columnsOf, MAX_COLUMNS, parseFields, validFields } from "./columns.ts";

const USER = { field: "user", title: { en: "User", "pt-BR": "Usuário" } };
const FEED: Feed = {
  id: "t",
  title: { en: "T", "pt-BR": "T" },
  subject: "t",
  view: "table",
  columns: [USER],
  fields: [],
};

test("without a choice, the feed's own columns are shown", () => {
  expect(columnsOf(FEED, [], null)).toEqual(FEED.columns);
});

test("chosen fields keep their order and the feed's headings; fields without a heading have their name", () => {
  expect(columnsOf(FEED, [], ["extra", "user"])).toEqual([
    { field: "extra", title: { en: "extra", "pt-BR": "extra" } },
    USER,
  ]);
});

test("remembered columns are shown only if they are valid", () => {
  expect(parseFields(JSON.stringify(["a", "a", "", 7, "x".repeat(201), "b"]))).toEqual(["a", "b"]);
  for (const unusable of [null, "{", "7", '{"a":1}']) expect(parseFields(unusable)).toBeNull();
  expect(validFields(Array.from({ length: 99 }, (_, index) => `f${index}`))).toHaveLength(MAX_COLUMNS);
});

test("a feed without columns shows those that were found, and a field with a list of allowed values is a chip", () => {
  const found = [{ field: "temp", title: { en: "temp", "pt-BR": "temp" }, format: "number" as const }];
  expect(columnsOf({ ...FEED, columns: [] }, found, null)).toEqual(found);
  expect(columnsOf(FEED, found, ["temp"])).toEqual(found);
  expect(columnsOf(FEED, [{ ...USER, field: "temp", rank: 7 }], ["temp"])).toEqual([
    { ...USER, field: "temp" },
  ]);
  const keyed: Feed = { ...FEED, columns: [], view: "latest-by-key", key: "$key" };
  expect(columnsOf(keyed, found, null).map(({ field }) => field)).toEqual(["$key", "temp"]);
  expect(columnsOf({ ...keyed, key: "temp" }, found, null)).toEqual(found);
  const subject = { field: "$subject", title: { en: "subject", "pt-BR": "subject" } };
  const fieldsOf = (of: string) =>
    columnsOf({ ...keyed, key: "$subject[1]", subject: of }, [subject, ...found], null).map(
      ({ field }) => field,
    );
  expect(columnsOf(keyed, [subject, ...found], null).map(({ field }) => field)).toEqual(["$key", "temp"]);
  expect(fieldsOf("iot.*.heat")).toEqual(["$subject[1]", "temp"]);
  expect(fieldsOf("iot.*.*")).toEqual(["$subject[1]", "$subject", "temp"]);
  const fields = [{ name: "user", type: "string" as const, required: false, values: ["ana"] }];
  expect(columnsOf({ ...FEED, fields }, [], null)).toEqual([{ ...USER, format: "chip" }]);
});
