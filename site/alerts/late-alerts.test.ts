import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { MATCH_LASTS_MS } from "../content/alerts.ts";
import { BoardAlerts, HISTORY_ENDS_MS } from "./board-alerts.ts";
import { hearing, panelWith, stateOf, watching, words } from "./testing.ts";

beforeEach(() => void vi.useFakeTimers({ now: 1000 }));
afterEach(() => void vi.useRealTimers());

test("among messages received before watching and stored messages, only conditions that still hold raise alerts", () => {
  const heard: string[] = [];
  const alerts = new BoardAlerts(
    stateOf("live"),
    (one) => heard.push(`${words(one)} ${one.beganAtMs} ${one.endedAtMs}`),
    () => true,
  );
  const { panel, receive } = panelWith([{ field: "t", when: ">80" }], { key: "id", view: "latest-by-key" });
  const stored = (id: string, t: number, publishedAtMs: number) =>
    receive({ id, t }, { isHistory: true, publishedAtMs });
  for (let at = 100; at < 120; at += 2) {
    stored("a", 90, at);
    stored("a", 20, at + 1);
  }
  stored("b", 99, 200);
  watching(alerts, panel);
  stored("c", 95, 300);
  stored("c", 5, 301);
  expect(heard).toEqual([]);
  vi.advanceTimersByTime(HISTORY_ENDS_MS);
  expect(heard).toEqual(["t >80: b, 99 200 null"]);
});

test("a history that arrives in parts raises no alert that a later part ends", () => {
  const { heard, receive, watch } = hearing({ field: "t", when: ">80" });
  watch();
  for (const t of [90, 20, 91, 21, 92]) {
    receive({ t }, { isHistory: true, publishedAtMs: 10 + t });
    // No answer for 3 s, and then for almost another 3 s.
    vi.advanceTimersByTime(6000);
    expect(heard).toEqual([]);
  }
  vi.advanceTimersByTime(1000);
  expect(heard).toEqual(["t >80: orders.eu, 92 null"]);
});

test("a history interrupted by an outage raises no alert that its rest ends", () => {
  const { heard, receive, follow, watch } = hearing({ field: "t", when: ">80" });
  watch();
  const stored = (t: number) => receive({ t }, { isHistory: true, publishedAtMs: 10 + t });
  stored(90);
  follow("behind");
  vi.advanceTimersByTime(60_000);
  follow("current");
  vi.advanceTimersByTime(6000);
  stored(20);
  vi.advanceTimersByTime(60_000);
  expect(heard).toEqual([]);
});

test("messages recovered after an outage raise alerts that still hold once all have arrived", () => {
  const { heard, receive, follow, watch } = hearing({ field: "t", when: ">80" });
  watch();
  follow("behind");
  receive({ t: 90 });
  vi.advanceTimersByTime(5000);
  receive({ t: 20 });
  receive({ t: 91 });
  vi.advanceTimersByTime(5000);
  expect(heard).toEqual([]);
  follow("current");
  vi.advanceTimersByTime(1000);
  expect(heard).toEqual(["t >80: orders.eu, 91 null"]);
});

test.each([
  ["unreadable", "re.>", 1],
  ["unreadable", undefined, 0],
  ["behind", "re.>", 0],
] as const)(
  "messages of a stream that is %s count as new if it is unreadable and republished: %s",
  (state, republished, rings) => {
    const stream = { name: "S", ...(republished === undefined ? {} : { republished }) };
    const { heard, receive, follow, watch } = hearing({ field: "t", when: ">80" }, { stream });
    watch();
    follow(state);
    receive({ t: 90 });
    expect(heard).toHaveLength(rings);
  },
);

test("an old message raises no alert when watching begins, and neither does a state that is over by then", () => {
  const matched = hearing({ match: "failed" });
  matched.receive({ status: "failed" });
  vi.advanceTimersByTime(MATCH_LASTS_MS + 1);
  matched.watch();
  const passed = hearing({ field: "t", when: ">80" });
  passed.receive({ t: 90 });
  passed.receive({ t: 20 });
  passed.watch();
  const fresh = hearing({ match: "failed" });
  fresh.receive({ status: "failed" });
  fresh.watch();
  expect([matched.heard, passed.heard, fresh.heard.length]).toEqual([[], [], 1]);
});
