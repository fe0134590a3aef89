import { computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import type { ConnectionState } from "../../client/index.ts";
import { republishedTo } from "../../contract/feed.ts";
import { type Alert, type Arrival, FeedAlerts, MATCH_LASTS_MS } from "../content/alerts.ts";
import { alertIdOf } from "../panels/alert-words.ts";
import type { FeedEvent } from "../panels/entry.ts";
import type { PanelModel } from "../panels/panel-model.ts";

/** The state kept for a watched panel. */
interface Watched {
  readonly alerts: FeedAlerts;
  readonly stop: () => void;
  /** When the stream's history last brought an event, by a monotonic clock; null before it does. */
  storedAtMs: number | null;
}

/** Milliseconds between checks of the rules that depend on time alone. */
const TICK_MS = 1000;

/** Milliseconds between checks above which the machine slept or its clock jumped. Hidden pages tick once a minute. */
const SLEPT_MS = { seen: 10_000, hidden: 90_000 } as const;

/**
 * Milliseconds without another part after which a stream's history counts as complete: no part is marked as the
 * last one. The client waits 3 s for a part, then requests the same part again and waits another 3 s.
 */
export const HISTORY_ENDS_MS = 7000;

/** Past alerts kept per feed, so that a flapping value can't push out the alerts of other feeds. */
const MAX_PAST = 100;
/** The highest number that the badge shows. */
const MAX_UNREAD = 99;

/** Whether arriving messages are new, not history. Republished feeds bring new ones even when the stream is unreadable. */
function bringsNews({ feed, interest }: PanelModel): boolean {
  const { state = "current" } = interest.peek().stream ?? {};
  return state === "current" || (state === "unreadable" && republishedTo(feed) !== undefined);
}

/** The alerts of all panels, watched even while the page is hidden. */
export class BoardAlerts {
  readonly #watched = new Map<PanelModel, Watched>();
  readonly #panels = signal<readonly PanelModel[]>([]);
  readonly #past = signal<readonly Alert[]>([]);
  readonly #unread = signal<readonly Alert[]>([]);
  readonly #state: ReadonlySignal<ConnectionState>;
  readonly #onChange: (changed: Alert) => void;
  readonly #isSeen: () => boolean;
  #isLive = false;
  #sinceMs = Date.now();
  #lastTick = { atMs: Date.now(), isSeen: false };

  /** Alerts that haven't ended, in the order of their panels. */
  readonly active = computed(() => this.#panels.value.flatMap(({ alerts }) => alerts.value));
  /** Alerts that ended, newest first. */
  readonly past: ReadonlySignal<readonly Alert[]> = this.#past;
  /** Number of unread alerts: the active ones, and those that ended while the page was hidden. */
  readonly unread = computed(() => this.#unread.value.length);

  /**
   * @param onChange called for each alert that begins or ends
   * @param isSeen whether the page is visible
   */
  constructor(
    state: ReadonlySignal<ConnectionState>,
    onChange: (changed: Alert) => void,
    isSeen: () => boolean,
  ) {
    this.#state = state;
    this.#onChange = onChange;
    this.#isSeen = isSeen;
  }

  /** Watches all panels whose feeds have rules, including panels added later. */
  watch(panels: ReadonlySignal<readonly PanelModel[]>): void {
    // The page's clock stops while the page is hidden.
    setInterval(() => this.#tick(Date.now()), TICK_MS);
    effect(() => {
      const wanted = panels.value.filter(({ hasRules }) => hasRules);
      untracked(() => this.#setPanels(wanted));
    });
  }

  /** Marks all alerts as read if the page is visible; called while the list is open. */
  read(): void {
    if (this.#isSeen()) this.#unread.value = [];
  }

  #setPanels(panels: readonly PanelModel[]): void {
    this.#panels.value = panels;
    for (const [panel, { stop }] of this.#watched) {
      if (panels.includes(panel)) continue;
      stop();
      for (const list of [this.#past, this.#unread]) {
        list.value = list.peek().filter(({ feed }) => feed !== panel.feed);
      }
      this.#watched.delete(panel);
    }
    for (const panel of panels) {
      if (this.#watched.has(panel)) continue;
      const alerts = new FeedAlerts(panel.feed);
      const apply = (event: FeedEvent, arrival: Arrival) => {
        if (event.isHistory) watched.storedAtMs = performance.now();
        this.#apply(panel, alerts.event(event, event.atMs, event.isHistory ? "stored" : arrival));
      };
      const onEvent = (event: FeedEvent) => apply(event, bringsNews(panel) ? "new" : "late");
      const forget = () => this.#apply(panel, alerts.forgetKeys(Date.now()));
      const stop = panel.store.onEvent(onEvent, forget);
      const watched: Watched = { alerts, stop, storedAtMs: null };
      this.#watched.set(panel, watched);
      // This module may be loaded long after the messages arrived.
      const newsMs = Date.now() - MATCH_LASTS_MS;
      for (const event of panel.store.events()) apply(event, event.atMs < newsMs ? "stored" : "late");
    }
  }

  #tick(nowMs: number): void {
    const isLive = this.#state.peek().status === "live";
    const last = this.#lastTick;
    this.#lastTick = { atMs: nowMs, isSeen: this.#isSeen() };
    const isAwake = nowMs - last.atMs <= SLEPT_MS[last.isSeen && this.#lastTick.isSeen ? "seen" : "hidden"];
    // Nothing is known about the time in between.
    if (isLive !== this.#isLive || !isAwake) {
      this.#isLive = isLive;
      this.#sinceMs = nowMs;
    }
    const sinceMs = this.#sinceMs;
    for (const [panel, watched] of this.#watched) {
      const { alerts, storedAtMs } = watched;
      const { lastAtMs: lastMs, usualMs } = panel.store.pace;
      const steadyMs = performance.now();
      const isCurrent = bringsNews(panel);
      // The rest of the history arrives once the stream can be read again.
      if (!isCurrent && storedAtMs !== null) watched.storedAtMs = steadyMs;
      const hasAll = isCurrent && (storedAtMs === null || steadyMs - storedAtMs >= HISTORY_ENDS_MS);
      this.#apply(panel, alerts.tick(nowMs, { isLive, sinceMs, lastMs, usualMs, hasAll }));
    }
  }

  #apply(panel: PanelModel, changes: readonly Alert[]): void {
    if (changes.length === 0) return;
    panel.alerts.value = this.#watched.get(panel)?.alerts.active ?? [];
    for (const alert of changes) {
      this.#note(alert);
      this.#onChange(alert);
    }
  }

  #note(alert: Alert): void {
    const unread = this.#unread.peek();
    if (alert.endedAtMs === null) {
      this.#unread.value = [...unread, alert].slice(-MAX_UNREAD);
      return;
    }
    const past = this.#past.peek();
    const last = past.filter(({ feed }) => feed === alert.feed)[MAX_PAST - 1];
    this.#past.value = [alert, ...past.filter((one) => one !== last)];
    if (this.#isSeen()) this.#unread.value = unread.filter((one) => alertIdOf(one) !== alertIdOf(alert));
  }
}
