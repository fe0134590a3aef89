import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ConnectionState, Message, SequenceState } from "../../client/index.ts";
import type { AlertRule } from "../../contract/alert.ts";
import type { Feed } from "../../contract/feed.ts";
import { MATCH_LASTS_MS } from "../content/alerts.ts";
import { formatsFor } from "../i18n/format.ts";
import { sheetsEn } from "../i18n/sheets-en.ts";
import type { Interest, PanelModel } from "../panels/panel-model.ts";
import { feedOf, messageOf, viewOf } from "../testing.ts";
import { alertWords, type PanelAlert } from "./alert-words.ts";
import { BoardAlerts, HISTORY_ENDS_MS } from "./board-alerts.ts";

beforeEach(() => void vi.useFakeTimers({ now: 1000 }));
afterEach(() => void vi.useRealTimers());

/** As much of a panel as is watched: its feed, and its store. */
function panelWith(alerts: readonly AlertRule[], more: Partial<Feed> = {}) {
  const { store, clock } = viewOf(feedOf("a", { alerts, ...more }));
  const interest = signal<Pick<Interest, "stream">>({ stream: null });
  const of = { feed: store.feed, alerts: signal([]), hasRules: true, store, interest };
  const panel = of as unknown as PanelModel;
  const receive = (payload: object, message: Partial<Message> = {}) => {
    clock.atMs = Date.now();
    store.receive(messageOf(JSON.stringify(payload), { subject: "orders.eu", ...message }));
  };
  const follow = (state: SequenceState["state"]) => {
    interest.value = { stream: { state, lastSequence: null } };
  };
  return { panel, receive, follow };
}
function watching(alerts: BoardAlerts, ...panels: PanelModel[]) {
  const watched = signal<readonly PanelModel[]>(panels);
  alerts.watch(watched);
  return watched;
}
const stateOf = (status: string) => signal({ status } as ConnectionState);
const words = ({ alert }: PanelAlert) =>
  alertWords(alert, "en", sheetsEn, formatsFor("en")).replaceAll("\u00a0", " ");

test("an alert stands at its panel while it lasts, then among those that ended; both are heard", () => {
  const heard: string[] = [];
  let isSeen = true;
  const alerts = new BoardAlerts(
    stateOf("live"),
    (one) => heard.push(`${words(one)} ${one.alert.endedAtMs}`),
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
  // What came and went while nobody looked is told until its reader has seen the list.
  isSeen = false;
  receive({ t: 82 });
  receive({ t: 7 });
  expect([alerts.unread.value, alerts.active.value.length]).toEqual([1, 0]);
  // Its list may be open all the while.
  alerts.read();
  expect(alerts.unread.value).toBe(1);
  isSeen = true;
  alerts.read();
  expect(alerts.unread.value).toBe(0);
  watched.value = [];
  receive({ t: 83 });
  expect([alerts.unread.value, alerts.past.value]).toEqual([0, []]);
});

test("time alone begins one, also while nobody looks at the page", () => {
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
  vi.advanceTimersByTime(5000);
  expect(alerts.active.value.map(words)).toEqual(["Quiet for more than 5 s", "Not live for more than 3 s"]);
  state.value = { status: "live" } as ConnectionState;
  vi.advanceTimersByTime(1000);
  expect(alerts.past.value.map(words)).toEqual(["Not live for more than 3 s"]);
});

test.each([
  [true, 15],
  [false, 600],
])("what was quiet in a sleep is none: seen (%j), after %i s", (isSeen, seconds) => {
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

test("a hidden page that is let look once a minute only has not slept", () => {
  const alerts = new BoardAlerts(
    stateOf("live"),
    () => {},
    () => false,
  );
  watching(alerts, panelWith([{ quietSeconds: 5 }]).panel);
  vi.advanceTimersByTime(1000);
  vi.setSystemTime(Date.now() + 60_000);
  vi.advanceTimersByTime(1000);
  expect(alerts.active.value.map(words)).toEqual(["Quiet for more than 5 s"]);
});

test("of what came before it is watched, and of what is stored, only that rings which still holds", () => {
  const heard: string[] = [];
  const alerts = new BoardAlerts(
    stateOf("live"),
    (one) => heard.push(`${words(one)} ${one.alert.beganAtMs} ${one.alert.endedAtMs}`),
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

/** A panel whose alerts are written down, with when they end. */
function hearing(rule: AlertRule, more: Partial<Feed> = {}) {
  const heard: string[] = [];
  const alerts = new BoardAlerts(
    stateOf("live"),
    (one) => heard.push(`${words(one)} ${one.alert.endedAtMs}`),
    () => true,
  );
  const watched = panelWith([rule], more);
  return { ...watched, heard, watch: () => watching(alerts, watched.panel) };
}

test("a history that comes in parts rings for none that a later part ends", () => {
  const { heard, receive, watch } = hearing({ field: "t", when: ">80" });
  watch();
  for (const t of [90, 20, 91, 21, 92]) {
    receive({ t }, { isHistory: true, publishedAtMs: 10 + t });
    // Nobody answered for 3 s, and then almost as long.
    vi.advanceTimersByTime(6000);
    expect(heard).toEqual([]);
  }
  vi.advanceTimersByTime(1000);
  expect(heard).toEqual(["t >80: orders.eu, 92 null"]);
});

test("a history that an outage interrupts rings for none that its rest ends", () => {
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

test("what a stream brings after an outage rings where it still holds when all of it is there", () => {
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
  receive({ t: 7 });
  receive({ t: 92 });
  expect(heard).toHaveLength(3);
});

test("what goes on while its stream can't be read is new where that is republished", () => {
  const stream = { name: "S", republished: "re.>" };
  const { heard, receive, follow, watch } = hearing({ field: "t", when: ">80" }, { stream });
  watch();
  follow("unreadable");
  receive({ t: 90 });
  expect(heard).toHaveLength(1);
});

test("what came long before it was watched is no news, and a state that is over by then none", () => {
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

test("a key that is deleted, and a bucket that was made anew, break nothing any more", () => {
  const heard: (number | null)[] = [];
  const alerts = new BoardAlerts(
    stateOf("live"),
    ({ alert }) => heard.push(alert.endedAtMs),
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

test("what comes and can't be read isn't quiet", () => {
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

test.each<[AlertRule, string]>([
  [{ quietTimes: 5 }, "Quiet for more than 5 times as long as usual"],
  [{ match: "status:failed" }, "Matches status:failed: k"],
  [{ match: "x", title: { en: "Failed", "pt-BR": "Falhou" } }, "Failed: k"],
])("%j in words", (rule, expected) => {
  const of = "match" in rule ? { key: "k", value: "v" } : null;
  const alert = { rule, beganAtMs: 0, endedAtMs: null, of };
  expect(alertWords(alert, "en", sheetsEn, formatsFor("en"))).toBe(expected);
});
