import { expect, test } from "vitest";
import type { Feed } from "../../contract/feed.ts";
import { bindAddress } from "./address.ts";
import { DecodeBudget } from "./budget.ts";
import { FeedStore } from "./feed-store.ts";
import { FeedView } from "./feed-view.ts";

const TITLE = { en: "Feed", "pt-BR": "Fonte" };

function viewOf(id: string): FeedView {
  const feed: Feed = { id, title: TITLE, subject: id, view: "table", columns: [], fields: [] };
  const clock = { wallMs: () => 0, steadyMs: () => 0 };
  return new FeedView(new FeedStore(feed, new DecodeBudget(), clock, () => {}));
}

function bound(hash: string) {
  const views = [viewOf("a"), viewOf("b")] as const;
  const written: string[] = [];
  const end = bindAddress(views, { read: () => hash, write: (now) => void written.push(now) });
  return { views, written, end };
}

test("the feeds open as the address says", () => {
  const [a, b] = bound("#filter.a=trace-1&paused=b").views;
  expect([a.filter.value, a.paused.value]).toEqual(["trace-1", false]);
  expect([b.filter.value, b.paused.value]).toEqual(["", true]);
});

test("the address follows the feeds, until it is let go", () => {
  const { views, written, end } = bound("");
  views[0].setFilter("x y");
  views[1].hold("paused");
  views[1].hold("pressed");
  views[1].releaseAll();
  expect(written).toEqual(["", "#filter.a=x+y", "#filter.a=x+y&paused=b", "#filter.a=x+y"]);
  end();
  views[0].setFilter("");
  expect(written).toHaveLength(4);
});
