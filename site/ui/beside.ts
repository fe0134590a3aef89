import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { missingParts, Part } from "./parts.ts";

/** What is shown beside the page. */
export type BesideView = ComponentType<{ onClose: () => void }>;

/** What is open, and what shows it. */
export interface Opened {
  readonly name: string;
  /** How a link finds it; null where none can. */
  readonly link: string | null;
  /** Another each time, so that what is opened anew begins anew. */
  readonly turn: number;
  readonly View: BesideView;
}

/** The one place beside the page: one thing is open there at a time, and the last that was asked for wins. */
export class Beside {
  readonly #opened = signal<Opened | null>(null);
  readonly #loading = signal<string | null>(null);
  #turn = 0;
  /** What was asked for last. */
  readonly #asked = signal<Pick<Opened, "name" | "link"> | null>(null);

  readonly opened: ReadonlySignal<Opened | null> = this.#opened;
  /** The name of what is being loaded; what was open stays until it is there. */
  readonly loading: ReadonlySignal<string | null> = this.#loading;

  /** How a link finds what is open; what is on its way, or can't be had, comes before it: a reload may bring that. */
  readonly link = computed(() => {
    const asked = this.#asked.value;
    const isAway = asked !== null && (this.#loading.value !== null || missingParts.value.has(asked.name));
    return (isAway ? asked : this.#opened.value)?.link ?? null;
  });

  /**
   * Loads something and opens it, unless something else is asked for meanwhile.
   * @param link how a link finds it
   */
  async open(name: string, load: () => Promise<BesideView>, link: string | null = name): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    this.#asked.value = { name, link };
    this.#loading.value = name;
    const View = await new Part(load, name).load();
    if (turn !== this.#turn) return;
    this.#loading.value = null;
    if (View !== null) this.#opened.value = { name, link, turn, View };
  }

  /** Closes what is open, and forgets what is being loaded. */
  close(): void {
    this.#turn += 1;
    this.#asked.value = null;
    this.#loading.value = null;
    this.#opened.value = null;
  }
}
