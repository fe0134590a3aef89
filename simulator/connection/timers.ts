/** The longest delay that a Node timer can take, milliseconds: a longer one would ring at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/** Delayed work that must not outlive its owner. */
export class Timers {
  readonly #pending = new Set<NodeJS.Timeout>();

  #state: "open" | "cleared" = "open";

  after(delayMs: number, work: () => void): void {
    if (this.#state === "cleared") return;
    const timer = setTimeout(() => {
      this.#pending.delete(timer);
      work();
    }, delayMs);
    this.#pending.add(timer);
  }

  /** Gives up what is pending, and whatever comes later. */
  clear(): void {
    this.#state = "cleared";
    for (const timer of this.#pending) clearTimeout(timer);
    this.#pending.clear();
  }
}
