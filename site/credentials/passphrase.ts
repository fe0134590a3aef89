import { type ReadonlySignal, signal } from "@preact/signals";

/** What the prompt asks for: nothing, the passphrase, the passphrase again, or patience while it is tried. */
export type Asking = "nothing" | "passphrase" | "again" | "patience";

/** The passphrase that the worker requires with each token request. Kept in memory only. */
export class Passphrase {
  readonly #asking = signal<Asking>("nothing");
  readonly asking: ReadonlySignal<Asking> = this.#asking;
  #text: string | null = null;

  /** The passphrase; null when there is none yet, which makes the prompt ask for it. */
  wanted(): string | null {
    // Keep "again" after a wrong passphrase.
    if (this.#text === null && this.#asking.value === "nothing") this.#asking.value = "passphrase";
    return this.#text;
  }

  /** Sets the passphrase for the next token request. */
  give(text: string): void {
    this.#text = text.trim();
    this.#asking.value = "patience";
  }

  /** Called when the worker refused the passphrase. */
  refused(): void {
    this.#text = null;
    this.#asking.value = "again";
  }

  /** Called when a token request ended; the prompt closes unless the passphrase was refused. */
  settled(): void {
    if (this.#asking.value === "patience") this.#asking.value = "nothing";
  }
}
