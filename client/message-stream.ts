import type { Message } from "./message.ts";

/**
 * A subscription's messages for `for await`. Whoever reads too slowly loses
 * the oldest beyond the limit, and can see how many; memory never grows.
 */
export class MessageStream implements AsyncIterable<Message> {
  readonly #limit: number;
  readonly #ended: () => void;
  readonly #queue: Message[] = [];
  #wake: (() => void) | null = null;
  #open = true;
  #dropped = 0;

  /**
   * @param limit how many messages may wait to be read
   * @param ended called once when the reader leaves or `end()` is called
   */
  constructor(limit: number, ended: () => void) {
    this.#limit = limit;
    this.#ended = ended;
  }

  /** How many messages gave way to newer ones before they were read. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Takes the next message. */
  push(message: Message): void {
    if (!this.#open) return;
    this.#queue.push(message);
    if (this.#queue.length > this.#limit) {
      this.#queue.shift();
      this.#dropped += 1;
    }
    this.#wake?.();
  }

  /** Ends the stream: what is queued can still be read, nothing follows. */
  end(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#ended();
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Message, void, void> {
    try {
      for (;;) {
        const next = this.#queue.shift();
        if (next !== undefined) yield next;
        else if (!this.#open) return;
        else
          await new Promise<void>((settle) => {
            this.#wake = settle;
          });
      }
    } finally {
      this.end();
    }
  }
}
