/** Values and when they were seen, the newest of them up to a bound; null where there was nothing to see. */
export class Samples {
  readonly #limit: number;
  readonly #points: (readonly [atMs: number, value: number | null])[] = [];

  constructor(limit = 900) {
    this.#limit = limit;
  }

  /** Times in seconds and their values, oldest first: what a chart takes. */
  get series(): [seconds: number[], values: (number | null)[]] {
    return [this.#points.map(([atMs]) => atMs / 1000), this.#points.map(([, value]) => value)];
  }

  /** Notes the value at `atMs`. */
  note(atMs: number, value: number | null): void {
    // Of a clock that was set back, what it says is to come is gone: a chart's times only grow.
    const place = this.#points.findLastIndex(([beforeMs]) => beforeMs < atMs) + 1;
    this.#points.splice(place, this.#limit, [atMs, value]);
    if (this.#points.length > this.#limit) this.#points.shift();
  }
}
