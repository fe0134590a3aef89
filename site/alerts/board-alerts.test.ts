import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ConnectionState, Message } from "../../client/index.ts";
import { BoardAlerts } from "./board-alerts.ts";
import { panelWith, stateOf, watching, words } from "./testing.ts";

beforeEach(() => void vi.useFakeTimers({ now: 1000 }));
afterEach(() => void vi.useRealTimers());

test("an alert is listed at its panel while it lasts, then as a past alert; its begin and its end are reported", () => {
  const heard: string[] = [];
  let isSeen = true;
  const alerts = new BoardAlerts(
    stateOf("live"),
    (one) => heard.push(`${words(one)} ${one.endedAtMs}`),
    () => isSeen,
  );
  const { panel, receive } = panelWith([{ field: "t", when: ">80" }]);
  const watched = watching(alerts, panel);
  receive({ t: 81 });
  expect([alerts.unread.value, panel.alerts.value.length]).toEqual([1, 1]);
  vi.setSystemTime(5000);
  receive({ t: 7 });
  expect([alerts.unread.value, panel.alerts.value.length, alerts.past.value.map(words)]).toEqual([
    0,
    0,
    ["t >80: orders.eu, 81"],
  ]);
  expect(heard).toEqual(["t >80: orders.eu, 81 null", "t >80: orders.eu, 81 5000"]);
  // An alert that came and went while the page was hidden stays unread until the list is seen.
  isSeen = false;
  receive({ t: 82 });
  receive({ t: 7 });
  expect([alerts.unread.value, alerts.active.value.length]).toEqual([1, 0]);
  // The list may be open all the time.
  alerts.read();
  expect(alerts.unread.value).toBe(1);
  isSeen = true;
  alerts.read();
  expect(alerts.unread.value).toBe(0);
  receive({ t: 83 });
  // Adding a panel keeps the alerts of the others; removing one removes its own.
  const other = panelWith([{ field: "t", when: ">80" }]);
  watched.value = [panel, other.panel];
  other.receive({ t: 84 });
  vi.advanceTimersByTime(1000);
  expect([alerts.unread.value, heard.length]).toEqual([2, 6]);
  watched.value = [other.panel];
  receive({ t: 7 });
  receive({ t: 83 });
  expect([alerts.unread.value, heard.length, alerts.past.value]).toEqual([1, 6, []]);
});

test("a flapping value doesn't push past alerts of another feed out of the list", () => {
  const alerts = new BoardAlerts(
    stateOf("live"),
    () => {},
    () => true,
  );
  const [restless, other] = [
    panelWith([{ field: "t", when: ">80" }]),
    panelWith([{ field: "u", when: ">1" }]),
  ];
  watching(alerts, restless.panel, other.panel);
  for (const u of [2, 0]) other.receive({ u });
  for (let time = 0; time < 300; time += 1) for (const t of [100 + time, 7]) restless.receive({ t });
  const listed = alerts.past.value.map(words);
  expect([listed.length, listed[0], listed.at(-1)]).toEqual([
    101,
    "t >80: orders.eu, 399",
    "u >1: orders.eu, 2",
  ]);
});

test("an alert can begin through time alone, also while the page is hidden", () => {
  const state = stateOf("live");
  const alerts = new BoardAlerts(
    state,
    () => {},
    () => true,
  );
  watching(alerts, panelWith([{ quietSeconds: 5 }, { notLiveSeconds: 3 }]).panel);
  vi.advanceTimersByTime(7000);
  expect(alerts.active.value.map(words)).toEqual(["Quiet for more than 5 s"]);
  state.value = { status: "reconnecting" } as ConnectionState;
  vi.advanceTimersByTime(3000);
  expect(alerts.active.value).toHaveLength(1);
  vi.advanceTimersByTime(2000);
  expect(alerts.active.value.map(words)).toEqual([
    "Quiet for more than 5 s",
    "No live data for more than 3 s",
  ]);
  state.value = { status: "live" } as ConnectionState;
  vi.advanceTimersByTime(1000);
  expect(alerts.past.value.map(words)).toEqual(["No live data for more than 3 s"]);
});

test.each([
  [true, 15],
  [false, 600],
])("a machine's sleep doesn't count as silence: visible (%j), after %i s", (isSeen, seconds) => {
  const alerts = new BoardAlerts(
    stateOf("live"),
    () => {},
    () => isSeen,
  );
  const { panel, receive } = panelWith([{ quietSeconds: 5 }]);
  watching(alerts, panel);
  vi.advanceTimersByTime(1000);
  receive({});
  vi.setSystemTime(Date.now() + seconds * 1000);
  vi.advanceTimersByTime(5000);
  expect(alerts.active.value).toEqual([]);
  vi.advanceTimersByTime(2000);
  expect(alerts.active.value.map(words)).toEqual(["Quiet for more than 5 s"]);
});

test.each([
  [false, false],
  [true, false],
  [false, true],
])("a hidden page whose timers run once a minute has not slept: visible (%j), then (%j)", (before, after) => {
  let isSeen = before;
  const alerts = new BoardAlerts(
    stateOf("live"),
    () => {},
    () => isSeen,
  );
  watching(alerts, panelWith([{ quietSeconds: 5 }]).panel);
  vi.advanceTimersByTime(1000);
  isSeen = after;
  vi.setSystemTime(Date.now() + 60_000);
  vi.advanceTimersByTime(1000);
  expect(alerts.active.value.map(words)).toEqual(["Quiet for more than 5 s"]);
});

test("alerts of a key end when the key is deleted, or its bucket is created again", () => {
  const heard: (number | null)[] = [];
  const alerts = new BoardAlerts(
    stateOf("live"),
    ({ endedAtMs }) => heard.push(endedAtMs),
    () => true,
  );
  const feed = { kv: "b", subject: "$KV.b.>", key: "$subject[2]", view: "latest-by-key" } as const;
  const { panel, receive } = panelWith([{ field: "t", when: ">80" }], feed);
  watching(alerts, panel);
  const put = (key: string, t: number) => receive({ t }, { subject: `$KV.b.${key}` });
  put("k1", 90);
  const headers = { keys: () => ["KV-Operation"], values: () => ["DEL"] } as unknown as NonNullable<
    Message["headers"]
  >;
  receive({}, { subject: "$KV.b.k1", headers });
  expect(heard).toEqual([null, 1000]);
  put("k2", 90);
  const anew = { kind: "discarded", subject: "$KV.b.>", missing: "unknown" } as const;
  panel.store.markGap({ ...anew, fromMs: 1, toMs: 2, cause: null, recovered: 0 });
  expect(heard).toEqual([null, 1000, null, 1000]);
});

test("malformed messages end silence too", () => {
  const alerts = new BoardAlerts(
    stateOf("live"),
    () => {},
    () => true,
  );
  const id = { name: "id", type: "string", required: true } as const;
  const { panel, receive } = panelWith([{ quietSeconds: 5 }], { fields: [id] });
  watching(alerts, panel);
  for (let second = 0; second < 20; second += 1) {
    receive({ none: second });
    vi.advanceTimersByTime(1000);
  }
  expect([panel.store.pace.lastAtMs, alerts.active.value]).toEqual([20_000, []]);
});
