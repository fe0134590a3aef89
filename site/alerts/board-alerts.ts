import { computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import type { ConnectionState } from "../../client/index.ts";
import type { Feed } from "../../contract/feed.ts";
import { type Alert, FeedAlerts } from "../content/alerts.ts";
import type { FeedEvent } from "../panels/entry.ts";
import type { PanelModel } from "../panels/panel-model.ts";

/** An alert and whose it is. */
export interface PanelAlert {
  readonly feed: Feed;
  readonly alert: Alert;
}

/** What is watched of a panel. */
interface Watched {
  readonly alerts: FeedAlerts;
  readonly stop: () => void;
}

/** How often it is looked at what only time tells, milliseconds. */
const TICK_MS = 1000;

/** The alerts of all panels: watched also while nobody looks at the page. */
export class BoardAlerts {
  readonly #watched = new Map<PanelModel, Watched>();
  readonly #active = signal<readonly PanelAlert[]>([]);
  readonly #past = signal<readonly PanelAlert[]>([]);
  readonly #state: ReadonlySignal<ConnectionState>;
  readonly #hear: (changed: PanelAlert) => void;
  #isLive = false;
  #sinceMs = Date.now();

  /** Those that last. */
  readonly active: ReadonlySignal<readonly PanelAlert[]> = this.#active;
  /** Those that ended, the newest first. */
  readonly past: ReadonlySignal<readonly PanelAlert[]> = this.#past;
  /** How many last. */
  readonly count = computed(() => this.#active.value.length);

  /** @param hear is called for each that begins or ends */
  constructor(state: ReadonlySignal<ConnectionState>, hear: (changed: PanelAlert) => void) {
    this.#state = state;
    this.#hear = hear;
  }

  /** Watches the panels whose feeds have rules, and those that come. */
  watch(panels: ReadonlySignal<readonly PanelModel[]>): void {
    // Not the page's clock: that one stops while nobody looks.
    setInterval(() => this.#tick(Date.now()), TICK_MS);
    effect(() => {
      const wanted = panels.value.filter(({ hasRules }) => hasRules);
      untracked(() => this.#follow(wanted));
    });
  }

  #follow(panels: readonly PanelModel[]): void {
    for (const [panel, { stop }] of this.#watched) {
      if (panels.includes(panel)) continue;
      stop();
      this.#watched.delete(panel);
      this.#publish();
    }
    for (const panel of panels) {
      if (this.#watched.has(panel)) continue;
      const alerts = new FeedAlerts(panel.feed.alerts ?? [], panel.feed.key ?? null);
      const take = (event: FeedEvent) => this.#take(panel, alerts.event(event, event.atMs, event.isHistory));
      this.#watched.set(panel, { alerts, stop: panel.store.onEvent(take) });
    }
  }

  #tick(nowMs: number): void {
    const isLive = this.#state.peek().status === "live";
    if (isLive !== this.#isLive) {
      this.#isLive = isLive;
      this.#sinceMs = nowMs;
    }
    for (const [panel, { alerts }] of this.#watched) {
      const { usualMs } = panel.store.pace;
      this.#take(panel, alerts.tick(nowMs, { isLive, sinceMs: this.#sinceMs, usualMs }));
    }
  }

  #take(panel: PanelModel, changes: readonly Alert[]): void {
    if (changes.length === 0) return;
    panel.alerts.value = this.#watched.get(panel)?.alerts.active ?? [];
    this.#publish();
    for (const alert of changes) this.#hear({ feed: panel.feed, alert });
  }

  #publish(): void {
    const all = [...this.#watched];
    const own = (panel: PanelModel, alerts: readonly Alert[]) =>
      alerts.map((alert): PanelAlert => ({ feed: panel.feed, alert }));
    this.#active.value = all.flatMap(([panel, { alerts }]) => own(panel, alerts.active));
    this.#past.value = all
      .flatMap(([panel, { alerts }]) => own(panel, alerts.past))
      .sort((one, other) => (other.alert.endedAtMs ?? 0) - (one.alert.endedAtMs ?? 0));
  }
}
