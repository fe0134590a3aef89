import { type ReadonlySignal, signal } from "@preact/signals";
import type { ComponentType } from "preact";

/** What a sheet needs, whatever it shows. */
export type SheetView = ComponentType<{ onClose: () => void }>;

/** The sheet that is open beside the page, if one is; loaded when it is opened. */
export class Side {
  readonly #shown = signal<SheetView | null>(null);

  get shown(): ReadonlySignal<SheetView | null> {
    return this.#shown;
  }

  async open(load: () => Promise<SheetView>): Promise<void> {
    this.#shown.value = await load();
  }

  close(): void {
    this.#shown.value = null;
  }
}
