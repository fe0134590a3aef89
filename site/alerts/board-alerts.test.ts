import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ConnectionState } from "../../client/index.ts";
import type { AlertRule } from "../../contract/alert.ts";
import { eventOf } from "../content/testing.ts";
import { formatsFor } from "../i18n/format.ts";
import { sheetsEn } from "../i18n/sheets-en.ts";
import type { FeedEvent } from "../panels/entry.ts";
import type { PanelModel } from "../panels/panel-model.ts";
import { alertWords } from "./alert-words.ts";
import { BoardAlerts, type PanelAlert } from "./board-alerts.ts";

beforeEach(() => void vi.useFakeTimers({ now: 1000 }));
afterEach(() => void vi.useRealTimers());

/** As much of a panel as is watched: its feed, its events, its pace. */
function panelWith(...alerts: AlertRule[]) {
  const listeners: ((event: FeedEvent) => void)[] = [];
  const panel = {
    feed: {
      id: "a",
      title: { en: "A", "pt-BR": "A" },
      subject: "a",
      view: "log",
      columns: [],
      fields: [],
      alerts,
    },
    alerts: signal([]),
    hasRules: true,
    store: {
      onEvent(listener: (event: FeedEvent) => void) {
        listeners.push(listener);
        return () => void listeners.splice(listeners.indexOf(listener), 1);
      },
      pace: { usualMs: null },
    },
  } as unknown as PanelModel;
  const receive = (payload: object) => {
    const event = { ...eventOf(JSON.stringify(payload), { atMs: Date.now() }), isHistory: false };
    for (const listener of listeners) listener(event as FeedEvent);
  };
  return { panel, receive };
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
  const { panel, receive } = panelWith({ field: "t", when: ">80" });
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
  watching(alerts, panelWith({ quietSeconds: 5 }, { notLiveSeconds: 3 }).panel);
  vi.advanceTimersByTime(7000);
  expect(alerts.active.value.map(words)).toEqual(["Quiet for more than 5 s"]);
  state.value = { status: "reconnecting" } as ConnectionState;
  vi.advanceTimersByTime(5000);
  expect(alerts.active.value.map(words)).toEqual(["Quiet for more than 5 s", "Not live for more than 3 s"]);
  state.value = { status: "live" } as ConnectionState;
  vi.advanceTimersByTime(1000);
  expect(alerts.past.value.map(words)).toEqual(["Not live for more than 3 s"]);
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
