type Stop = () => Promise<void>;

/** What was started, so that it is stopped in the opposite order, once, whatever happens meanwhile. */
export class Running {
  readonly #stops: Stop[] = [];
  #closing: Promise<void> | undefined;

  /** Remembers how to stop something; while everything is being stopped, it is stopped at once. */
  async add(stop: Stop): Promise<void> {
    if (this.#closing === undefined) this.#stops.push(stop);
    else await stop();
  }

  /** Stops everything. Can be called again. */
  stopAll(): Promise<void> {
    this.#closing ??= this.#stopEach();
    return this.#closing;
  }

  async #stopEach(): Promise<void> {
    for (let stop = this.#stops.pop(); stop !== undefined; stop = this.#stops.pop()) await stop();
  }
}
