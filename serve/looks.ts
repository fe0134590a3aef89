/** Looks again and again whether something answers, until it was silent so often in a row. */
export class Looks {
  readonly #look: () => Promise<void>;
  readonly #everyMs: number;
  readonly #most: number;
  readonly #onSilent: () => void;
  #timer: NodeJS.Timeout | undefined;
  #silent = 0;

  /**
   * @param look rejects where there was no answer
   * @param everyMs how long after one look the next begins
   * @param most so many in a row without an answer mean that none will come
   * @param onSilent called once, then
   */
  constructor(look: () => Promise<void>, everyMs: number, most: number, onSilent: () => void) {
    this.#look = look;
    this.#everyMs = everyMs;
    this.#most = most;
    this.#onSilent = onSilent;
  }

  start(): void {
    const timer = setTimeout(async () => {
      this.#silent = await this.#look().then(
        () => 0,
        () => this.#silent + 1,
      );
      // Stopped meanwhile.
      if (this.#timer !== timer) return;
      if (this.#silent === this.#most) this.#onSilent();
      else this.start();
    }, this.#everyMs);
    this.#timer = timer;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
