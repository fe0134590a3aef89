/** Polls a server until a number of checks in a row got no answer. */
export class LivenessPoll {
  readonly #check: () => Promise<void>;
  readonly #everyMs: number;
  readonly #maxMissed: number;
  readonly #onSilent: () => void;
  #timer: NodeJS.Timeout | undefined;
  #missed = 0;

  /**
   * @param check rejects when there is no answer
   * @param everyMs pause between the end of a check and the next check
   * @param maxMissed number of failed checks in a row that ends the polling
   * @param onSilent called once, after that many failed checks
   */
  constructor(check: () => Promise<void>, everyMs: number, maxMissed: number, onSilent: () => void) {
    this.#check = check;
    this.#everyMs = everyMs;
    this.#maxMissed = maxMissed;
    this.#onSilent = onSilent;
  }

  start(): void {
    const timer = setTimeout(async () => {
      this.#missed = await this.#check().then(
        () => 0,
        () => this.#missed + 1,
      );
      // `stop` was called during the check.
      if (this.#timer !== timer) return;
      if (this.#missed === this.#maxMissed) this.#onSilent();
      else this.start();
    }, this.#everyMs);
    this.#timer = timer;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
