/** An entry of the event log. */
export interface ServerEvent {
  /** Epoch milliseconds. */
  readonly atMs: number;
  /**
   * `accepted`, `connected` (CONNECT accepted), `closed`, `error` (-ERR sent), `fault` (a scripted or server-wide
   * fault was injected), `listening` (`open` or `shut`: whether new clients are accepted).
   */
  readonly event: "accepted" | "connected" | "closed" | "error" | "fault" | "listening";
  /** The connection's `client_id`; 0 for none. */
  readonly clientId: number;
  /** The reason, the -ERR's text, or the fault's name. */
  readonly detail: string;
}

/** Totals of the whole run. */
export class Totals {
  accepted = 0;
  closed = 0;
  /** Messages and payload bytes that clients published. */
  receivedMessages = 0;
  receivedBytes = 0;
  /** Messages and payload bytes delivered to subscribers; one publication can count several times. */
  sentMessages = 0;
  sentBytes = 0;
  slowConsumers = 0;
  /** Entries dropped because the log was full. */
  forgottenEntries = 0;
}

const MAX_ENTRIES = 10_000;

/** The event log of a simulator: the server's view, to compare with what a client reports. */
export class Events {
  readonly totals = new Totals();
  readonly #entries: ServerEvent[] = [];
  readonly #listeners = new Set<(event: ServerEvent) => void>();

  /** The latest 10,000 entries, oldest first. */
  get entries(): readonly ServerEvent[] {
    return this.#entries;
  }

  /** Calls `listener` at each event; the returned function removes the listener. */
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
