/** More than this in a second nobody reads line by line. */
export const FOLD_ABOVE = 200;
/** Well below, so that a rate at the edge doesn't fold and unfold by turns. */
const UNFOLD_BELOW = FOLD_ABOVE / 2;

/** Whether messages come too fast to be listed one by one. */
export class Folding {
  #second = 0;
  #count = 0;
  #folded = false;

  /** Notes a message at `nowMs`; true where it is only to be counted. */
  note(nowMs: number): boolean {
    this.#moveTo(nowMs);
    this.#count += 1;
    if (this.#count > FOLD_ABOVE) this.#folded = true;
    return this.#folded;
  }

  /** Whether it is folded at `nowMs`, also when nothing has come since. */
  isFolded(nowMs: number): boolean {
    this.#moveTo(nowMs);
    return this.#folded;
  }

  #moveTo(nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    if (second === this.#second) return;
    // A second in which nothing came was quiet as well.
    if (this.#count < UNFOLD_BELOW || second > this.#second + 1) this.#folded = false;
    this.#second = second;
    this.#count = 0;
  }
}
