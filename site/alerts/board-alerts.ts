import { computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import type { ConnectionState } from "../../client/index.ts";
import { republishedTo } from "../../contract/feed.ts";
import { type Alert, type Came, FeedAlerts, MATCH_LASTS_MS } from "../content/alerts.ts";
import { idOf, type PanelAlert } from "../panels/alert-words.ts";
import type { FeedEvent } from "../panels/entry.ts";
import type { PanelModel } from "../panels/panel-model.ts";

/** What is watched of a panel. */
interface Watched {
  readonly alerts: FeedAlerts;
  readonly stop: () => void;
  /** When more of its history may have come, by a clock that never jumps; null while it is of none. */
  storedAtMs: number | null;
}

/** How often it is looked at what only time tells, milliseconds. */
const TICK_MS = 1000;

/** Where looks are farther apart the machine slept, or its clock was put forward: a hidden page looks once a minute at least. */
export const SLEPT_MS = { seen: 10_000, hidden: 90_000 } as const;

/**
 * A history is asked for in parts, and nobody says which is its last: when none has come for so long, milliseconds.
 * The client waits 3 s for a part, and then as long for the same once more.
 */
export const HISTORY_ENDS_MS = 7000;

/** Nobody counts further. */
const MAX_UNREAD = 99;

/** Whether what comes now is new; before, a stream brings what was missed. One that is republished goes on unread. */
function isFollowed({ feed, interest }: PanelModel): boolean {
  const { state = "current" } = interest.peek().stream ?? {};
  return state === "current" || (state === "unreadable" && republishedTo(feed) !== undefined);
}

/** The alerts of all panels: watched also while nobody looks at the page. */
export class BoardAlerts {
  readonly #watched = new Map<PanelModel, Watched>();
  readonly #active = signal<readonly PanelAlert[]>([]);
  readonly #past = signal<readonly PanelAlert[]>([]);
  readonly #unread = signal<readonly PanelAlert[]>([]);
  readonly #state: ReadonlySignal<ConnectionState>;
  readonly #hear: (changed: PanelAlert, isTimed: boolean) => void;
  readonly #isSeen: () => boolean;
  #isLive = false;
  #sinceMs = Date.now();
  #look = { atMs: Date.now(), isSeen: false };

  /** Those that last. */
  readonly active: ReadonlySignal<readonly PanelAlert[]> = this.#active;
  /** Those that ended, the newest first. */
  readonly past: ReadonlySignal<readonly PanelAlert[]> = this.#past;
  /** How many the reader doesn't know of: those that last, and those that ended while nobody looked at the page. */
  readonly unread = computed(() => this.#unread.value.length);

  /**
   * @param hear is called for each that begins or ends, and whether time told of it or an event
   * @param isSeen whether somebody looks at the page
   */
  constructor(
    state: ReadonlySignal<ConnectionState>,
    hear: (changed: PanelAlert, isTimed: boolean) => void,
    isSeen: () => boolean,
  ) {
    this.#state = state;
    this.#hear = hear;
    this.#isSeen = isSeen;
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

  /** The list is there to be read: whoever looks at the page has. */
  read(): void {
    if (this.#isSeen()) this.#unread.value = [];
  }

  #follow(panels: readonly PanelModel[]): void {
    for (const [panel, { stop }] of this.#watched) {
      if (panels.includes(panel)) continue;
      stop();
      this.#unread.value = this.#unread.peek().filter(({ feed }) => feed !== panel.feed);
      this.#watched.delete(panel);
      this.#publish();
    }
    for (const panel of panels) {
      if (this.#watched.has(panel)) continue;
      const alerts = new FeedAlerts(panel.feed.alerts ?? [], panel.feed.key ?? null);
      const take = (event: FeedEvent, came: Came) => {
        if (event.isHistory) watched.storedAtMs = performance.now();
        this.#take(panel, alerts.event(event, event.atMs, event.isHistory ? "stored" : came));
      };
      const hear = (event: FeedEvent) => take(event, isFollowed(panel) ? "new" : "late");
      const forget = () => this.#take(panel, alerts.forgetKeys(Date.now()));
      const stop = panel.store.onEvent(hear, forget);
      const watched: Watched = { alerts, stop, storedAtMs: null };
      this.#watched.set(panel, watched);
      // This part of the page may have been loaded long after they came.
      const newsMs = Date.now() - MATCH_LASTS_MS;
      for (const event of panel.store.events()) take(event, event.atMs < newsMs ? "stored" : "late");
    }
  }

  #tick(nowMs: number): void {
    const isLive = this.#state.peek().status === "live";
    const last = this.#look;
    this.#look = { atMs: nowMs, isSeen: this.#isSeen() };
    const isAwake = nowMs - last.atMs <= SLEPT_MS[last.isSeen && this.#look.isSeen ? "seen" : "hidden"];
    // Of the time in between nobody can say how things were.
    if (isLive !== this.#isLive || !isAwake) {
      this.#isLive = isLive;
      this.#sinceMs = nowMs;
    }
    const sinceMs = this.#sinceMs;
    for (const [panel, watched] of this.#watched) {
      const { alerts, storedAtMs } = watched;
      const { lastAtMs: lastMs, usualMs } = panel.store.pace;
      const steadyMs = performance.now();
      const isCurrent = isFollowed(panel);
      // What is left of a history comes once its stream can be read again.
      if (!isCurrent && storedAtMs !== null) watched.storedAtMs = steadyMs;
      const hasAll = isCurrent && (storedAtMs === null || steadyMs - storedAtMs >= HISTORY_ENDS_MS);
      this.#take(panel, alerts.tick(nowMs, { isLive, sinceMs, lastMs, usualMs, hasAll }), true);
    }
  }

  #take(panel: PanelModel, changes: readonly Alert[], isTimed = false): void {
    if (changes.length === 0) return;
    panel.alerts.value = this.#watched.get(panel)?.alerts.active ?? [];
    this.#publish();
    for (const alert of changes) {
      const changed = { feed: panel.feed, alert };
      this.#note(changed);
      this.#hear(changed, isTimed);
    }
  }

  #note(changed: PanelAlert): void {
    const unread = this.#unread.peek();
    if (changed.alert.endedAtMs === null) this.#unread.value = [...unread, changed].slice(-MAX_UNREAD);
    else if (this.#isSeen()) this.#unread.value = unread.filter((one) => idOf(one) !== idOf(changed));
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
