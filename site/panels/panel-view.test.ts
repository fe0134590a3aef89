import { beforeAll, expect, test } from "vitest";
import { feedOf, messageOf, viewOf } from "../testing.ts";
import { filters } from "./panel-view.ts";

// The page loads filters with the first one that is typed.
beforeAll(async () => void (await filters.load()));

test("while held, rows don't change but counts do; after, all rows are shown", () => {
  const { view, receive } = viewOf();
  receive();
  view.hold("scrolled");
  receive();
  receive();
  expect(view.rows.value).toHaveLength(1);
  expect(view.news.value).toEqual({ count: 2, kept: 2 });
  view.release("scrolled");
  expect(view.rows.value).toHaveLength(3);
  expect(view.news.value.count).toBe(0);
});

test("a press holds the rows that were painted, whatever arrived since", () => {
  const { view, store, receive, paint } = viewOf();
  receive();
  const seen = view.rows.value;
  store.receive(messageOf(""));
  view.hold("pressed");
  view.hold("scrolled");
  paint();
  expect(view.rows.value).toEqual(seen);
  expect(view.news.value.count).toBe(1);
});

test("rows are held until the last reason is gone", () => {
  const { view, receive } = viewOf();
  receive();
  view.hold("scrolled");
  view.hold("pressed");
  receive();
  view.release("pressed");
  expect(view.rows.value).toHaveLength(1);
  view.releaseAll();
  expect(view.rows.value).toHaveLength(2);
});

test("a pause lasts until the reader ends it, whatever else held the rows", () => {
  const { view, receive } = viewOf();
  receive();
  view.hold("paused");
  view.hold("pressed");
  view.release("pressed");
  receive();
  expect(view.paused.value).toBe(true);
  expect(view.news.value.count).toBe(1);
  view.release("paused");
  expect(view.paused.value).toBe(false);
  expect(view.rows.value).toHaveLength(2);
});

test("each pause holds its own charts, even if nobody looked between two pauses", () => {
  const { view, receive } = viewOf();
  receive();
  expect(view.heldCharts.value).toBeNull();
  view.hold("paused");
  const { value } = view.heldCharts;
  receive();
  expect(view.heldCharts.value).toBe(value);
  view.release("paused");
  view.hold("paused");
  expect(view.heldCharts.value).not.toBe(value);
});

test("a panel that is paused while empty shows the first rows, and then holds them", () => {
  const { view, store, receive, paint } = viewOf();
  view.hold("paused");
  expect(view.news.value.count).toBe(0);
  for (let index = 0; index < 23; index += 1) {
    store.receive(messageOf("{}"));
  }
  paint();
  view.applyHold();
  expect(view.rows.value).toHaveLength(23);
  receive();
  view.applyHold();
  expect(view.rows.value).toHaveLength(23);
  expect(view.news.value).toEqual({ count: 1, kept: 1 });
});

test("a filter hides what doesn't match, and the counts still add up", () => {
  const { view, receive } = viewOf(feedOf("t", { payload: "json" }));
  for (const payload of ['{"user":"Ana"}', '{"user":"Bruno","note":"banana"}', '{"user":"Bruno"}', "{ana"]) {
    receive(payload);
  }
  view.store.markGap({
    kind: "break",
    subject: "t",
    fromMs: 0,
    toMs: 1,
    cause: null,
    missing: "unknown",
    recovered: 0,
  });
  receive('{"user":"Ana"}');
  view.setFilter(" ANA ");
  expect(view.rows.value.map((row) => row.kind)).toEqual(["event", "gap", "malformed", "event", "event"]);
  const { received, shown, filtered, malformed, folded, dropped } = view.counts.value;
  expect({ shown, filtered, malformed }).toEqual({ shown: 3, filtered: 1, malformed: 1 });
  expect(shown + filtered + malformed + folded + dropped).toBe(received);
  view.setFilter("");
  expect(view.counts.value).toMatchObject({ shown: 4, filtered: 0 });
});

test("a followed trace hides all other events, in addition to the panel's filter", () => {
  const { view, trace, receive } = viewOf();
  receive('{"trace_id":"1","user":"ana"}');
  receive('{"trace_id":"1","user":"bruno"}');
  receive('{"trace_id":"2","user":"ana"}');
  trace.value = "1";
  expect(view.rows.value).toHaveLength(2);
  expect(view.counts.value).toMatchObject({ shown: 2, filtered: 1 });
  view.setFilter("ana");
  expect(view.rows.value).toHaveLength(1);
  trace.value = null;
  expect(view.filter.value).toBe("ana");
  expect(view.rows.value).toHaveLength(2);
});

test("says how many messages arrived during a pause, and how many are still kept", () => {
  const { view, receive } = viewOf();
  receive();
  view.hold("paused");
  for (let index = 0; index < 1500; index += 1) receive(index % 2 === 0 ? "{}" : "{");
  expect(view.news.value).toEqual({ count: 1500, kept: 1000 });
});

test("shows the chosen fields until the feed's own columns are chosen again", () => {
  const { view } = viewOf();
  view.setFields(["a", "b", "a"]);
  expect(view.columns.value.map(({ field }) => field)).toEqual(["a", "b"]);
  view.setFields(null);
  expect(view.columns.value).toEqual([]);
});

test("a narrow panel has no last column; before it is measured, all columns are there", () => {
  const column = { field: "user", title: { en: "User", "pt-BR": "Usuário" } };
  const { view, receive } = viewOf(feedOf("t", { columns: [column], view: "latest-by-key", key: "user" }));
  receive();
  expect(view.layout.value).toMatchObject({ columns: [{ column }], last: "history" });
  const room = { insidePx: 400, remPx: 16, characterWidth: () => 8, boldCharacterWidth: () => 8 };
  view.room.value = { ...room, isNarrow: false };
  expect(view.layout.value.last).toBe("history");
  view.room.value = { ...room, isNarrow: true };
  expect(view.layout.value.last).toBeNull();
});
