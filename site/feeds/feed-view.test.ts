import { expect, test } from "vitest";
import type { Feed } from "../../contract/feed.ts";
import { DecodeBudget } from "./budget.ts";
import { FeedStore } from "./feed-store.ts";
import { FeedView } from "./feed-view.ts";

const UNKNOWN = { kind: "stop", missing: "unknown", recovered: 0 } as const;

const TITLE = { en: "Tasks", "pt-BR": "Tarefas" };
const FEED: Feed = { id: "t", title: TITLE, subject: "t", view: "table", columns: [], fields: [] };

function viewOf() {
  const clock = { wallMs: () => 0, steadyMs: () => 0 };
  const store = new FeedStore(FEED, new DecodeBudget(), clock, () => {});
  const receive = (payload = "{}") =>
    store.receive({
      subject: "t",
      data: new TextEncoder().encode(payload),
      isHistory: false,
      respond: () => false,
    });
  return { view: new FeedView(store), receive };
}

test("stands still while held, goes on counting, and shows everything after", () => {
  const { view, receive } = viewOf();
  receive();
  view.hold("scrolled");
  receive();
  receive();
  expect(view.rows()).toHaveLength(1);
  expect(view.news()).toEqual({ count: 2, kept: 2 });
  view.release("scrolled");
  expect(view.rows()).toHaveLength(3);
  expect(view.news().count).toBe(0);
});

test("what is pressed is what was laid out, whatever came since", () => {
  const { view, receive } = viewOf();
  receive();
  view.layOut();
  const seen = view.laidOut;
  receive();
  // Such as an export reads: what is seen is still what was laid out.
  expect(view.rows()).toHaveLength(2);
  view.hold("pressed");
  view.hold("scrolled");
  expect(view.rows()).toEqual(seen);
  expect(view.news().count).toBe(1);
});

test("is held until the last reason is gone", () => {
  const { view, receive } = viewOf();
  view.hold("scrolled");
  view.hold("pressed");
  receive();
  view.release("pressed");
  expect(view.rows()).toHaveLength(0);
  view.releaseAll();
  expect(view.rows()).toHaveLength(1);
});

test("a pause lasts until the reader ends it, whatever else held the rows", () => {
  const { view, receive } = viewOf();
  view.hold("paused");
  view.hold("pressed");
  view.release("pressed");
  receive();
  expect(view.paused.value).toBe(true);
  expect(view.news().count).toBe(1);
  view.release("paused");
  expect(view.paused.value).toBe(false);
  expect(view.rows()).toHaveLength(1);
});

test("a filter hides what doesn't match, and the counts still add up", () => {
  const { view, receive } = viewOf();
  for (const payload of ['{"user":"Ana"}', '{"user":"Bruno","note":"banana"}', '{"user":"Bruno"}', "{ana"]) {
    receive(payload);
  }
  view.store.markGap({ subject: "t", fromMs: 0, toMs: 1, cause: null, ...UNKNOWN });
  view.setFilter(" ANA ");
  expect(view.rows().map((row) => row.kind)).toEqual(["gap", "malformed", "event", "event"]);
  const { received, shown, filtered, malformed, folded, dropped } = view.counts();
  expect({ shown, filtered, malformed }).toEqual({ shown: 2, filtered: 1, malformed: 1 });
  expect(shown + filtered + malformed + folded + dropped).toBe(received);
  view.setFilter("");
  expect(view.counts()).toMatchObject({ shown: 3, filtered: 0 });
});

test("says how much of what came during a pause is still there", () => {
  const { view, receive } = viewOf();
  view.hold("paused");
  for (let index = 0; index < 1500; index += 1) receive(index % 2 === 0 ? "{}" : "{");
  expect(view.news()).toEqual({ count: 1500, kept: 1000 });
});

test("shows the fields that are chosen, until the feed's own are asked for", () => {
  const { view } = viewOf();
  view.setFields(["a", "b", "a"]);
  expect(view.columns().map(({ field }) => field)).toEqual(["a", "b"]);
  view.setFields(null);
  expect(view.columns()).toEqual([]);
});
