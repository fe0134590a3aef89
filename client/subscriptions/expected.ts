/** What a link may bring though another has brought it: so many messages of each content. */
export class Expected {
  readonly #equals = new Map<string, { left: number; readonly atMs: number }>();
  readonly #withinMs: number;
  /** Until when, epoch milliseconds. */
  untilMs = Number.POSITIVE_INFINITY;

  /** @param withinMs how long ago one may have come, milliseconds */
  constructor(withinMs = Number.POSITIVE_INFINITY) {
    this.#withinMs = withinMs;
  }

  /** So many more of this content, which came then. */
  add(content: string, count: number, atMs: number): void {
    this.#equals.set(content, { left: (this.#equals.get(content)?.left ?? 0) + count, atMs });
  }

  /** All that another still expects, too. */
  addAll(other: Expected): void {
    for (const [content, { left, atMs }] of other.#equals) this.add(content, left, atMs);
  }

  /** Whether nothing is expected any more. */
  isOver(nowMs: number): boolean {
    return nowMs >= this.untilMs || this.#equals.size === 0;
  }

  /** How long ago a message of this content came, milliseconds; null where none is expected. It is asked once for each. */
  take(content: string, nowMs: number): number | null {
    const equal = this.#equals.get(content);
    if (equal === undefined || nowMs - equal.atMs > this.#withinMs) return null;
    equal.left -= 1;
    if (equal.left === 0) this.#equals.delete(content);
    return nowMs - equal.atMs;
  }
}
