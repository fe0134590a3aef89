/** Test helpers: panels whose alerts are watched. */

import { signal } from "@preact/signals";
import type { ConnectionState, Message, SequenceState } from "../../client/index.ts";
import type { AlertRule } from "../../contract/alert.ts";
import type { Feed } from "../../contract/feed.ts";
import type { Alert } from "../content/alerts.ts";
import { allTexts } from "../i18n/all-texts.ts";
import { formatsFor } from "../i18n/format.ts";
import { alertWords } from "../panels/alert-words.ts";
import type { Interest, PanelModel } from "../panels/panel-model.ts";
import { feedOf, messageOf, viewOf } from "../testing.ts";
import { BoardAlerts } from "./board-alerts.ts";

/** The parts of a panel that `BoardAlerts` watches. */
export function panelWith(alerts: readonly AlertRule[], more: Partial<Feed> = {}) {
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

export function watching(alerts: BoardAlerts, ...panels: PanelModel[]) {
  const watched = signal<readonly PanelModel[]>(panels);
  alerts.watch(watched);
  return watched;
}

/** A connection's state with this status. */
export const stateOf = (status: string) => signal({ status } as ConnectionState);
/** An alert in English words. */
export const words = (alert: Alert) =>
  alertWords(alert, "en", allTexts.value, formatsFor("en")).replaceAll("\u00a0", " ");

/** A panel, and a log of its alerts as they begin and end. */
export function hearing(rule: AlertRule, more: Partial<Feed> = {}) {
  const heard: string[] = [];
  const alerts = new BoardAlerts(
    stateOf("live"),
    (one) => heard.push(`${words(one)} ${one.endedAtMs}`),
    () => true,
  );
  const watched = panelWith([rule], more);
  return { ...watched, heard, watch: () => watching(alerts, watched.panel) };
}
