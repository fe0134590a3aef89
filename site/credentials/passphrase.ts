import { type ReadonlySignal, signal } from "@preact/signals";

/** What the reader is asked: nothing, for the passphrase, for it again, or to wait while it is tried. */
export type Asking = "nothing" | "passphrase" | "again" | "patience";

/** The passphrase that the worker wants with each token request. It lives in this page's memory only. */
export class Passphrase {
  readonly #asking = signal<Asking>("nothing");
  readonly asking: ReadonlySignal<Asking> = this.#asking;
  #text: string | null = null;

  /** What the reader gave; null asks for it. */
  wanted(): string | null {
    // Whoever is asked already may be asked again, after a wrong one.
    if (this.#text === null && this.#asking.value === "nothing") this.#asking.value = "passphrase";
    return this.#text;
  }

  /** Takes what the reader typed; the next token request tries it. */
  give(text: string): void {
    this.#text = text.trim();
    this.#asking.value = "patience";
  }

  /** The worker doesn't take it. */
  refused(): void {
    this.#text = null;
    this.#asking.value = "again";
  }

  /** A token request has ended, and not with a refusal of the passphrase: there is nothing to ask for. */
  settled(): void {
    if (this.#asking.value === "patience") this.#asking.value = "nothing";
  }
}
