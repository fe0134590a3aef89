import * as v from "valibot";
import { expect, test } from "vitest";
import { feedSchema } from "./feed.ts";
import { expandFeed } from "./short-feed.ts";

const NONE: ReadonlySet<string> = new Set();

test.each([
  ["orders.>", "orders"],
  ["iot.*.telemetry", "iot-telemetry"],
  [">", "feed"],
  ["*", "feed"],
  ["ação.criada", "acao-criada"],
  ["הזמנות.>", "feed"],
  ["$SYS.ACCOUNT.>", "SYS-ACCOUNT"],
  ["x".repeat(200), "x".repeat(60)],
])("a feed with only the subject %s gets a title and the id %s", (subject, id) => {
  const feed = v.parse(feedSchema, expandFeed(subject, NONE));
  expect(feed).toMatchObject({ id, subject, view: "log", columns: [], fields: [] });
});

test("a generated id is never one that is taken", () => {
  expect(expandFeed("orders.*", new Set(["orders", "orders-2"]))).toMatchObject({ id: "orders-3" });
});

test("given fields stay, and anything that isn't a feed is left to the schema", () => {
  expect(expandFeed({ id: "x", title: "T", subject: "a" }, NONE)).toEqual({
    id: "x",
    title: "T",
    subject: "a",
  });
  for (const entry of [7, null, []]) expect(expandFeed(entry, NONE)).toEqual(entry);
});

test.each([
  [{}, "subject"],
  [{ subject: 7 }, "subject"],
  [{ subject: "" }, "subject"],
  [{ subject: "x".repeat(201) }, "subject"],
  [{ kv: "a.b" }, "kv"],
  [{ kv: "a b" }, "kv"],
  [{ kv: "" }, "kv"],
  [{ kv: 7 }, "kv"],
])("%j: only the invalid source is reported, not the fields derived from it", (entry, source) => {
  const { issues = [] } = v.safeParse(feedSchema, expandFeed(entry, NONE), { abortPipeEarly: true });
  expect(issues.map((issue) => v.getDotPath(issue))).toEqual([source]);
});
