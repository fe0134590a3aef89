import type { PublishOptions } from "./options.ts";

/** A message that waits for a link. */
export interface Outgoing {
  readonly subject: string;
  readonly payload: Uint8Array | string;
  readonly options: PublishOptions | undefined;
}

/** What became of messages that were published while there was no live link. */
export interface OutboxCounts {
  /** Waiting now. */
  readonly waiting: number;
  /** Given up: pushed out by newer ones, too large for the server, or still waiting at a stop. */
  readonly dropped: number;
}

/** Messages published while down, up to a limit; the oldest give way and are counted. */
export class Outbox {
  readonly #limit: number;
  readonly #waiting: Outgoing[] = [];
  #dropped = 0;

  /** @param limit how many may wait; 0 takes none */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether it takes any message at all. */
  get isOpen(): boolean {
    return this.#limit > 0;
  }

  get counts(): OutboxCounts {
    return { waiting: this.#waiting.length, dropped: this.#dropped };
  }

  /** Takes a copy: whoever publishes may use buffer and options again, as on a live link. */
  put({ subject, payload, options }: Outgoing): void {
    const copy = payload instanceof Uint8Array ? new Uint8Array(payload) : payload;
    const waiting = this.#waiting.push({ subject, payload: copy, options: options && copyOf(options) });
    if (waiting <= this.#limit) return;
    this.#waiting.shift();
    this.#dropped += 1;
  }

  /** Publishes everything that waits, oldest first; what can't be is given up, and `failed` told why. */
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

  /** Gives up everything that waits. */
  giveUp(): void {
    this.#dropped += this.#waiting.splice(0).length;
  }
}

/** By hand: `structuredClone` throws for much that a link takes, such as what a page's framework watches by a proxy. */
function copyOf({ headers, reply }: PublishOptions): PublishOptions {
  const copies = Object.entries(headers ?? {}).map(([name, values]) => [name, [values].flat()]);
  return { ...(headers && { headers: Object.fromEntries(copies) }), ...(reply !== undefined && { reply }) };
}
