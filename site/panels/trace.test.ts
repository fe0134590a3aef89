import { expect, test } from "vitest";
import type { Feed } from "../../contract/feed.ts";
import { eventsWithTrace } from "../message/trace-list.tsx";
import { keptEvent, keptKey } from "../testing.ts";
import type { FeedEvent, GapMark } from "./entry.ts";
import type { Row } from "./kept.ts";
import { hasTrace } from "./trace.ts";

const TITLE = { en: "Feed", "pt-BR": "Fonte" };
const feed = (id: string): Feed => ({
  id,
  title: TITLE,
  subject: id,
  view: "table",
  columns: [],
  fields: [],
});
const store = (id: string, rows: readonly Row[]) => ({ panel: feed(id), rows });
const event = (atMs: number, value: object): FeedEvent =>
  keptEvent(JSON.stringify(value), { seq: atMs, atMs });
const GAP: GapMark = {
  kind: "gap",
  seq: 1,
  atMs: 1,
  fromMs: 0,
  toMs: 1,
  cause: null,
  gapKind: "break",
  missing: "unknown",
  recovered: 0,
};

test("finds a trace in all feeds and in the history of keys, in order of time", () => {
  const late = event(3, { trace_id: "t1" });
  const early = event(1, { payload: { trace_id: "t1" } });
  const other = event(2, { trace_id: "t2" });
  const keyed = keptKey("k", [other, early]);
  const found = eventsWithTrace([store("a", [late, GAP, other]), store("b", [keyed])], "t1");
  expect(found.map(({ panel, event }) => [panel.id, event])).toEqual([
    ["b", early],
    ["a", late],
  ]);
});

test("an event without a trace belongs to none", () => {
  expect(eventsWithTrace([store("a", [event(1, {}), event(2, { trace_id: "" })])], "")).toEqual([]);
});

test("a row belongs to the trace of any of its events, and a gap to every trace", () => {
  const other = event(2, { trace_id: "t2" });
  const keyed = keptKey("k", [other, event(1, { trace_id: "t1" })]);
  expect([keyed, other, GAP].map((row) => hasTrace(row, "t1"))).toEqual([true, false, true]);
});
