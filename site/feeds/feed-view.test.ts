import { expect, test } from "vitest";
import type { Feed } from "../../worker/feeds.ts";
import { DecodeBudget } from "./budget.ts";
import { FeedStore } from "./feed-store.ts";
import { FeedView } from "./feed-view.ts";

const TITLE = { en: "Tasks", "pt-BR": "Tarefas" };
const FEED: Feed = { id: "t", title: TITLE, subject: "t", view: "table", columns: [], fields: [] };

function viewOf() {
  const clock = { wallMs: () => 0, steadyMs: () => 0 };
  const store = new FeedStore(FEED, new DecodeBudget(), clock, () => {});
  const receive = () =>
    store.receive({ subject: "t", data: new TextEncoder().encode("{}"), respond: () => false });
  return { view: new FeedView(store), receive };
}

test("stands still while held, goes on counting, and shows everything after", () => {
  const { view, receive } = viewOf();
  receive();
  view.hold("scrolled");
  receive();
  receive();
  expect(view.rows()).toHaveLength(1);
  expect(view.newCount()).toBe(2);
  view.release("scrolled");
  expect(view.rows()).toHaveLength(3);
  expect(view.newCount()).toBe(0);
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
