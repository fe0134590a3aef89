import { beforeAll, expect, test } from "vitest";
import { feedOf, messageOf, viewOf } from "../testing.ts";
import { filters } from "./panel-view.ts";

// It is loaded with the first filter that is typed.
beforeAll(async () => void (await filters.load()));

test("stands still while held, goes on counting, and shows everything after", () => {
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

test("what is pressed is what was painted, whatever came since", () => {
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

test("is held until the last reason is gone", () => {
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

test("what was drawn in one pause is nothing of another, though nobody looked at it meanwhile", () => {
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

test("a panel that is paused before anything came shows what comes first, and then stands still", () => {
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

test("a trace that is followed hides all others, beside the panel's own filter", () => {
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

test("says how much of what came during a pause is still there", () => {
  const { view, receive } = viewOf();
  receive();
  view.hold("paused");
  for (let index = 0; index < 1500; index += 1) receive(index % 2 === 0 ? "{}" : "{");
  expect(view.news.value).toEqual({ count: 1500, kept: 1000 });
});

test("shows the fields that are chosen, until the feed's own are asked for", () => {
  const { view } = viewOf();
  view.setFields(["a", "b", "a"]);
  expect(view.columns.value.map(({ field }) => field)).toEqual(["a", "b"]);
  view.setFields(null);
  expect(view.columns.value).toEqual([]);
});

test("what stands behind the columns gives way where there is little room, and all are there before a room is known", () => {
  const column = { field: "user", title: { en: "User", "pt-BR": "Usuário" } };
  const { view, receive } = viewOf(feedOf("t", { columns: [column], view: "latest-by-key", key: "user" }));
  receive();
  expect(view.layout.value).toMatchObject({ columns: [{ column }], last: "history" });
  const room = { insidePx: 400, remPx: 16, widthOfSign: () => 8, widthOfBoldSign: () => 8 };
  view.room.value = { ...room, isNarrow: false };
  expect(view.layout.value.last).toBe("history");
  view.room.value = { ...room, isNarrow: true };
  expect(view.layout.value.last).toBeNull();
});
