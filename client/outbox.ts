import type { PublishOptions } from "./options.ts";

/** A message that waits for a link. */
export interface Outgoing {
  readonly subject: string;
  readonly payload: Uint8Array | string;
  readonly options: PublishOptions | undefined;
}

/** Counts of messages that were published without a live link. */
export interface OutboxCounts {
  /** Waiting now. */
  readonly waiting: number;
  /** Messages lost because the outbox was full, they were too large for the server, or a stop came first. */
  readonly dropped: number;
}

/** Messages that wait for a link, up to a limit; beyond it the oldest are dropped and counted. */
export class Outbox {
  readonly #limit: number;
  readonly #waiting: Outgoing[] = [];
  #dropped = 0;

  /** @param limit how many may wait; 0 disables the outbox */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get isOpen(): boolean {
    return this.#limit > 0;
  }

  get counts(): OutboxCounts {
    return { waiting: this.#waiting.length, dropped: this.#dropped };
  }

  /** Adds a copy of a message, as publishers may reuse their buffer and options, just as on a live link. */
  put({ subject, payload, options }: Outgoing): void {
    const copy = payload instanceof Uint8Array ? new Uint8Array(payload) : payload;
    const waiting = this.#waiting.push({ subject, payload: copy, options: options && copyOf(options) });
    if (waiting <= this.#limit) return;
    this.#waiting.shift();
    this.#dropped += 1;
  }

  /** Publishes the waiting messages, oldest first. One that `publish` throws for is dropped, with `failed`. */
  flush(publish: (message: Outgoing) => void, failed: (message: Outgoing, reason: unknown) => void): void {
    for (const message of this.#waiting.splice(0)) {
      try {
        publish(message);
      } catch (reason) {
        this.#dropped += 1;
        failed(message, reason);
      }
    }
  }

  /** Drops every waiting message. */
  giveUp(): void {
    this.#dropped += this.#waiting.splice(0).length;
  }
}

/** Not `structuredClone`, which throws for options that a link accepts, such as a framework's reactive proxy. */
function copyOf({ headers, reply }: PublishOptions): PublishOptions {
  const copies = Object.entries(headers ?? {}).map(([name, values]) => [name, [values].flat()]);
  return { ...(headers && { headers: Object.fromEntries(copies) }), ...(reply !== undefined && { reply }) };
}
