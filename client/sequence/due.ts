/** How many messages were announced and haven't been read yet. Some never are: the stream doesn't take them. */
export class Due {
  #count = 0;
  /** So many of them were there when `mark` was called, and have been ever since. */
  #overdue = 0;
  /** The highest sequence that an announcement named. */
  #highest = 0;

  get count(): number {
    return this.#count;
  }

  get overdue(): number {
    return this.#overdue;
  }

  /** @param sequence what the announcement named, if anything: two links that overlap both bring it */
  announced(sequence = Number.POSITIVE_INFINITY): void {
    if (sequence <= this.#highest) return;
    if (sequence < Number.POSITIVE_INFINITY) this.#highest = sequence;
    this.#count += 1;
  }

  /** One was read. It is taken for the one that was announced last: what has been waited for longest may never come. */
  read(): void {
    this.#count = Math.max(0, this.#count - 1);
    this.#overdue = Math.min(this.#overdue, this.#count);
  }

  /** From now on it is noted which have been due all the time. */
  mark(): void {
    this.#overdue = this.#count;
  }

  /** Waits no longer for those that have been due since the last mark. */
  forgetOverdue(): void {
    this.#count -= this.#overdue;
    this.#overdue = 0;
  }

  clear(): void {
    this.#count = 0;
    this.#overdue = 0;
    this.#highest = 0;
  }
}
