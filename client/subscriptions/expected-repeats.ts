/** Messages that a link is expected to repeat, counted by content. */
export class ExpectedRepeats {
  readonly #byContent = new Map<string, { left: number; readonly atMs: number }>();
  readonly #withinMs: number;
  /** When repeats stop being expected, epoch milliseconds. */
  untilMs = Number.POSITIVE_INFINITY;

  /** @param withinMs how long after its first copy a repeat may come, milliseconds */
  constructor(withinMs = Number.POSITIVE_INFINITY) {
    this.#withinMs = withinMs;
  }

  /** Expects `count` more repeats of a content whose first copy came at `atMs`. */
  add(content: string, count: number, atMs: number): void {
    this.#byContent.set(content, { left: (this.#byContent.get(content)?.left ?? 0) + count, atMs });
  }

  addAll(other: ExpectedRepeats): void {
    for (const [content, { left, atMs }] of other.#byContent) this.add(content, left, atMs);
  }

  isOver(nowMs: number): boolean {
    return nowMs >= this.untilMs || this.#byContent.size === 0;
  }

  /** Counts off a repeat. @returns the age of its first copy, milliseconds; null if none was expected */
  take(content: string, nowMs: number): number | null {
    const repeat = this.#byContent.get(content);
    if (repeat === undefined || nowMs - repeat.atMs > this.#withinMs) return null;
    repeat.left -= 1;
    if (repeat.left === 0) this.#byContent.delete(content);
    return nowMs - repeat.atMs;
  }
}
