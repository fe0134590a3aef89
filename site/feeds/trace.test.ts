import { expect, test } from "vitest";
import type { Feed } from "../../contract/feed.ts";
import type { FeedEvent, GapMark } from "./entry.ts";
import type { KeyedRow, Row } from "./holding.ts";
import { eventsWithTrace } from "./trace.ts";

const UNKNOWN = { gapKind: "break", missing: "unknown", recovered: 0 } as const;

const TITLE = { en: "Feed", "pt-BR": "Fonte" };
const feed = (id: string): Feed => ({
  id,
  title: TITLE,
  subject: id,
  view: "table",
  columns: [],
  fields: [],
});
const store = (id: string, rows: readonly Row[]) => ({ feed: feed(id), rows: () => rows });
const event = (atMs: number, value: FeedEvent["value"]): FeedEvent => ({
  kind: "event",
  seq: atMs,
  atMs,
  subject: "s",
  size: 1,
  headers: [],
  value,
});
const GAP: GapMark = { kind: "gap", seq: 1, atMs: 1, fromMs: 0, toMs: 1, cause: null, ...UNKNOWN };

test("finds a trace in every feed and in every key's history, in the order of arrival", () => {
  const late = event(3, { trace_id: "t1" });
  const early = event(1, { payload: { trace_id: "t1" } });
  const other = event(2, { trace_id: "t2" });
  const keyed: KeyedRow = { kind: "keyed", key: "k", latest: other, count: 2, history: () => [other, early] };
  const found = eventsWithTrace([store("a", [late, GAP, other]), store("b", [keyed])], "t1");
  expect(found.map(({ feed, event }) => [feed.id, event])).toEqual([
    ["b", early],
    ["a", late],
  ]);
});

test("an event without a trace belongs to none", () => {
  expect(eventsWithTrace([store("a", [event(1, {}), event(2, { trace_id: "" })])], "")).toEqual([]);
});
