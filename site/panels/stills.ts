import { effect, type ReadonlySignal } from "@preact/signals";

/** What was shown when a panel was paused, and what was asked for since: each stands still, also while it isn't looked at. */
export class Stills<T> {
  readonly #paused: ReadonlySignal<boolean>;
  readonly #shown = new Map<string, T>();

  constructor(paused: ReadonlySignal<boolean>) {
    this.#paused = paused;
    effect(() => {
      if (!paused.value) this.#shown.clear();
    });
  }

  /** What is to be shown of what is asked for; `now` is what would be without a pause. */
  of(wanted: string, now: T): T {
    // Who draws it does so anew with the end of a pause.
    if (!this.#paused.value) this.#shown.clear();
    const shown = this.#shown.get(wanted) ?? now;
    this.#shown.set(wanted, shown);
    return shown;
  }

  /** It isn't looked at any more: until a pause nobody knows what would have been shown. */
  leave(): void {
    if (!this.#paused.peek()) this.#shown.clear();
  }
}
