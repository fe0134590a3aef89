/** One thing that happened, in the order it happened. */
export interface ServerEvent {
  /** Epoch milliseconds. */
  readonly atMs: number;
  /**
   * `accepted`, `connected` (CONNECT understood), `closed`, `error` (an -ERR sent), `fault` (one of the script, or of
   * the whole server, happened), `listening` (`open` or `shut`: whether clients are let in).
   */
  readonly event: "accepted" | "connected" | "closed" | "error" | "fault" | "listening";
  /** The connection's `client_id`; 0 when it never got one. */
  readonly clientId: number;
  /** The reason, the -ERR's text, or the fault's name. */
  readonly detail: string;
}

/** Sums over the whole run. */
export class Totals {
  accepted = 0;
  closed = 0;
  /** Messages and bytes of payload that clients published. */
  receivedMessages = 0;
  receivedBytes = 0;
  /** Messages and bytes of payload handed to subscribers; one publication can be several. */
  sentMessages = 0;
  sentBytes = 0;
  slowConsumers = 0;
  /** Entries that no longer fit. */
  forgottenEntries = 0;
}

const MAX_ENTRIES = 10_000;

/** What a run of the simulator accepted, sent and cut: the other half of what a client says happened to it. */
export class Events {
  readonly totals = new Totals();
  readonly #entries: ServerEvent[] = [];
  readonly #listeners = new Set<(event: ServerEvent) => void>();

  /** The latest 10,000 entries, oldest first. */
  get entries(): readonly ServerEvent[] {
    return this.#entries;
  }

  /** Calls back with each event as it happens; the returned function ends that. */
  onEvent(listener: (event: ServerEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  record(event: ServerEvent["event"], clientId: number, detail: string): void {
    if (this.#entries.length >= MAX_ENTRIES) {
      this.#entries.shift();
      this.totals.forgottenEntries++;
    }
    const entry = { atMs: Date.now(), event, clientId, detail };
    this.#entries.push(entry);
    for (const listener of this.#listeners) listener(entry);
  }
}
