import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { missingParts, Part } from "./parts.ts";

/** The component of a sheet. */
export type SheetView = ComponentType<{ onClose: () => void }>;

/** What is open beside the page, and the component that shows it. */
export interface Opened {
  readonly name: string;
  /** The sheet's name in links; null when links can't open it. */
  readonly link: string | null;
  /** Increases with each opening, so that opening the same thing again starts afresh. */
  readonly turn: number;
  readonly View: SheetView;
}

/** Holds the sheet that is open beside the page. One is open at a time, and the latest request wins. */
export class SheetHost {
  readonly #opened = signal<Opened | null>(null);
  readonly #loading = signal<string | null>(null);
  #turn = 0;
  /** The latest request. */
  readonly #asked = signal<Pick<Opened, "name" | "link"> | null>(null);

  readonly opened: ReadonlySignal<Opened | null> = this.#opened;
  /** The name of what is loading; what was open stays open meanwhile. */
  readonly loading: ReadonlySignal<string | null> = this.#loading;

  /** The name in links of what is loading or failed to load, so that a reload tries again; else of what is open. */
  readonly link = computed(() => {
    const asked = this.#asked.value;
    const isPending = asked !== null && (this.#loading.value !== null || missingParts.value.has(asked.name));
    return (isPending ? asked : this.#opened.value)?.link ?? null;
  });

  /**
   * Loads a component and opens it, unless something else is requested meanwhile.
   * @param link the sheet's name in links; null when links can't open it
   */
  async open(name: string, load: () => Promise<SheetView>, link: string | null = name): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    this.#asked.value = { name, link };
    this.#loading.value = name;
    const View = await new Part(load, name).load();
    if (turn !== this.#turn) return;
    this.#loading.value = null;
    if (View !== null) this.#opened.value = { name, link, turn, View };
  }

  /** Closes what is open, and cancels what is loading. */
  close(): void {
    this.#turn += 1;
    this.#asked.value = null;
    this.#loading.value = null;
    this.#opened.value = null;
  }
}
