import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Feed } from "../../contract/feed.ts";
import { parseFields } from "../panels/columns.ts";
import { PanelModel, type PanelParts } from "../panels/panel-model.ts";
import { recall } from "../ui/memory.ts";

/** How the page is shown: normally, on a wall display, or embedded in another page. */
export interface Look {
  readonly kind: "page" | "kiosk" | "embed";
  /** Seconds that a wall display waits before it scrolls to the next screen; null when it doesn't scroll. */
  readonly rotateSeconds: number | null;
}

export const PLAIN_LOOK: Look = { kind: "page", rotateSeconds: null };

/** The panels, and the state that they share. */
export class Board {
  readonly #made: Signal<readonly PanelModel[]>;
  readonly #order = signal<readonly string[]>([]);

  /** The panels that aren't hidden. */
  readonly shown: ReadonlySignal<readonly PanelModel[]> = computed(() =>
    this.panels.value.filter(({ view }) => !view.hidden.value),
  );
  /** The trace that all panels are filtered by; null when there is none. */
  readonly trace = signal<string | null>(null);

  /** The ids of the panels in the reader's order; empty while the panels are in their default order. */
  readonly order: ReadonlySignal<readonly string[]> = this.#order;
  readonly look = signal<Look>(PLAIN_LOOK);
  /** A panel to scroll to, which the reader has just made or moved; null when there is none. */
  readonly revealed = signal<PanelModel | null>(null);
  /** All panels, in the reader's order. */
  readonly panels: ReadonlySignal<readonly PanelModel[]> = computed(() => {
    const order = this.#order.value;
    const placeOf = ({ feed }: PanelModel) =>
      order.includes(feed.id) ? order.indexOf(feed.id) : order.length;
    return order.length === 0
      ? this.#made.value
      : this.#made.value.toSorted((a, b) => placeOf(a) - placeOf(b));
  });

  /** The dependencies of each panel. */
  readonly parts: PanelParts;

  constructor(feeds: readonly Feed[], parts: Omit<PanelParts, "trace">) {
    this.parts = { ...parts, trace: this.trace };
    this.#made = signal(feeds.map((feed) => this.#make(feed)));
  }

  /** Adds a panel that the reader defined. */
  add(feed: Feed, definition: string): PanelModel {
    const panel = this.#make(feed);
    panel.definition = definition;
    this.#made.value = [...this.#made.peek(), panel];
    return panel;
  }

  /** Removes a panel. If no other was shown, all panels are shown again. */
  remove(panel: PanelModel): void {
    this.#made.value = this.#made.peek().filter((one) => one !== panel);
    if (this.shown.peek().length === 0) for (const { view } of this.#made.peek()) view.hidden.value = false;
    panel.close();
  }

  #make(feed: Feed): PanelModel {
    const panel = new PanelModel(feed, this.parts);
    panel.view.setFields(parseFields(recall(`columns.${feed.id}`)));
    return panel;
  }

  /** Orders the panels by these ids; panels not named follow. An order equal to the default one is not stored. */
  arrange(ids: readonly string[]): void {
    const own = this.#made.peek().map(({ feed }) => feed.id);
    const here = ids.filter((id) => own.includes(id));
    const places = here.map((id) => own.indexOf(id));
    const isOwn = places.every((place, index) => index === 0 || place > (places[index - 1] ?? 0));
    this.#order.value = isOwn ? [] : here;
  }

  /** Moves a shown panel by one place among the shown panels. */
  move(panel: PanelModel, by: -1 | 1): void {
    const other = this.shown.peek()[this.shown.peek().indexOf(panel) + by];
    if (other === undefined) return;
    const ids = this.panels.peek().map(({ feed }) => feed.id);
    const [from, to] = [ids.indexOf(panel.feed.id), ids.indexOf(other.feed.id)];
    ids.splice(to, 0, ...ids.splice(from, 1));
    this.arrange(ids);
    this.revealed.value = panel;
  }

  /** Shows this panel only, or all panels if some are already hidden. */
  alone(panel: PanelModel): void {
    const panels = this.panels.peek();
    const showsAll = panels.every(({ view }) => !view.hidden.peek());
    for (const other of panels) other.view.hidden.value = showsAll && other !== panel;
  }

  /** Pauses all panels, or resumes them if all are paused. */
  pauseAll(): void {
    const panels = this.panels.peek();
    const anyRuns = panels.some(({ view }) => !view.paused.peek());
    for (const { view } of panels) {
      if (anyRuns) view.hold("paused");
      else view.release("paused");
    }
  }
}
