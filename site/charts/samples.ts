/** The newest values with their times, up to a limit; null where a value was unknown. */
export class Samples {
  readonly #limit: number;
  readonly #points: (readonly [atMs: number, value: number | null])[] = [];

  constructor(limit = 900) {
    this.#limit = limit;
  }

  /** Times in seconds and their values, oldest first, as `Chart` takes them. */
  get series(): [seconds: number[], values: (number | null)[]] {
    return [this.#points.map(([atMs]) => atMs / 1000), this.#points.map(([, value]) => value)];
  }

  /** Notes the value at `atMs`. */
  note(atMs: number, value: number | null): void {
    // A chart's times must ascend: when the clock was set back, later points are removed.
    const place = this.#points.findLastIndex(([beforeMs]) => beforeMs < atMs) + 1;
    this.#points.splice(place, this.#limit, [atMs, value]);
    if (this.#points.length > this.#limit) this.#points.shift();
  }
}
