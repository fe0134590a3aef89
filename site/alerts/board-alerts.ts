import { computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import type { ConnectionState } from "../../client/index.ts";
import { republishedTo } from "../../contract/feed.ts";
import { type Alert, type Came, FeedAlerts, MATCH_LASTS_MS } from "../content/alerts.ts";
import { idOf } from "../panels/alert-words.ts";
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
const SLEPT_MS = { seen: 10_000, hidden: 90_000 } as const;

/**
 * A history is asked for in parts, and nobody says which is its last: when none has come for so long, milliseconds.
 * The client waits 3 s for a part, and then as long for the same once more.
 */
export const HISTORY_ENDS_MS = 7000;

/** So many of those that ended are kept of each feed: one whose value comes and goes drives nobody else's out. */
const MAX_PAST = 100;
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
  readonly #panels = signal<readonly PanelModel[]>([]);
  readonly #past = signal<readonly Alert[]>([]);
  readonly #unread = signal<readonly Alert[]>([]);
  readonly #state: ReadonlySignal<ConnectionState>;
  readonly #hear: (changed: Alert) => void;
  readonly #isSeen: () => boolean;
  #isLive = false;
  #sinceMs = Date.now();
  #look = { atMs: Date.now(), isSeen: false };

  /** Those that last. */
  readonly active = computed(() => this.#panels.value.flatMap(({ alerts }) => alerts.value));
  /** Those that ended, the newest first. */
  readonly past: ReadonlySignal<readonly Alert[]> = this.#past;
  /** How many the reader doesn't know of: those that last, and those that ended while nobody looked at the page. */
  readonly unread = computed(() => this.#unread.value.length);

  /**
   * @param hear is called for each that begins or ends
   * @param isSeen whether somebody looks at the page
   */
  constructor(state: ReadonlySignal<ConnectionState>, hear: (changed: Alert) => void, isSeen: () => boolean) {
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
      this.#take(panel, alerts.tick(nowMs, { isLive, sinceMs, lastMs, usualMs, hasAll }));
    }
  }

  #take(panel: PanelModel, changes: readonly Alert[]): void {
    if (changes.length === 0) return;
    panel.alerts.value = this.#watched.get(panel)?.alerts.active ?? [];
    for (const alert of changes) {
      this.#note(alert);
      this.#hear(alert);
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
    if (this.#isSeen()) this.#unread.value = unread.filter((one) => idOf(one) !== idOf(alert));
  }
}
