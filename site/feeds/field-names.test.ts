import { expect, test } from "vitest";
import type { Feed } from "../../contract/feed.ts";
import type { FeedEvent } from "./entry.ts";
import { FieldNames } from "./field-names.ts";

const column = (field: string) => ({ field, title: { en: field, "pt-BR": field } });
const FEED: Feed = {
  id: "t",
  title: { en: "T", "pt-BR": "T" },
  subject: "t",
  view: "table",
  columns: [column("a"), column("b")],
  fields: [
    { name: "a", type: "string", required: true },
    { name: "c", type: "string", required: false },
  ],
};
const event = (value: FeedEvent["value"]): FeedEvent => ({
  kind: "event",
  seq: 1,
  atMs: 0,
  subject: "t",
  size: 2,
  headers: [],
  value,
});

test("knows the feed's fields, then those that its events carry, each once", () => {
  const names = new FieldNames(FEED);
  names.look([event({ a: 1, z: 2 }), event({ y: 3, z: 4 })]);
  expect(names.others).toEqual(["c", "z", "y"]);
  expect(["a", "c", "y", "x"].map((name) => names.has(name))).toEqual([true, true, true, false]);
});

test("a payload with a field for each thing can't fill the page", () => {
  const names = new FieldNames(FEED);
  names.look([event(Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`f${index}`, 1])))]);
  expect(names.others).toHaveLength(60);
});

test("the feed's own columns keep their order whenever they come back", () => {
  const names = new FieldNames(FEED);
  expect(names.with(["a", "b"], "z", true)).toEqual(["a", "b", "z"]);
  expect(names.with(["a", "b", "z"], "a", false)).toEqual(["b", "z"]);
  expect(names.with(["b", "z"], "a", true)).toEqual(["a", "b", "z"]);
});
