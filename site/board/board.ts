import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Feed } from "../../contract/feed.ts";
import { PanelModel, type PanelParts } from "../panels/panel-model.ts";

/** The panels, and what is true of all of them. */
export class Board {
  readonly #panels: ReturnType<typeof signal<readonly PanelModel[]>>;
  readonly #trace = signal<string | null>(null);

  /** Those that the reader looks at. */
  readonly shown: ReadonlySignal<readonly PanelModel[]> = computed(() =>
    this.panels.value.filter(({ view }) => !view.hidden.value),
  );
  /** The trace that is followed through all panels; null while none is. */
  readonly trace: ReadonlySignal<string | null> = this.#trace;

  /** What a panel is made with. */
  readonly parts: PanelParts;

  constructor(feeds: readonly Feed[], parts: Omit<PanelParts, "trace">) {
    this.parts = { ...parts, trace: this.#trace };
    this.#panels = signal(feeds.map((feed) => new PanelModel(feed, this.parts)));
  }

  get panels(): ReadonlySignal<readonly PanelModel[]> {
    return this.#panels as ReadonlySignal<readonly PanelModel[]>;
  }

  /** Adds a panel that the reader defined. */
  add(feed: Feed, definition: string): PanelModel {
    const panel = new PanelModel(feed, this.parts);
    panel.definition = definition;
    this.#panels.value = [...this.panels.peek(), panel];
    return panel;
  }

  /** Takes a panel away. */
  remove(panel: PanelModel): void {
    this.#panels.value = this.panels.peek().filter((one) => one !== panel);
    panel.close();
  }

  /** Shows nothing but a trace in all panels; everything where it is null. */
  follow(trace: string | null): void {
    this.#trace.value = trace;
  }

  /** Shows one panel only, or all of them again. */
  alone(panel: PanelModel): void {
    const panels = this.panels.peek();
    const showsAll = panels.every(({ view }) => !view.hidden.peek());
    for (const other of panels) other.view.setHidden(showsAll && other !== panel);
  }

  /** Pauses every panel, or lets all go on where every one is paused. */
  pauseAll(): void {
    const panels = this.panels.peek();
    const anyRuns = panels.some(({ view }) => !view.paused.peek());
    for (const { view } of panels) {
      if (anyRuns) view.hold("paused");
      else view.release("paused");
    }
  }
}
