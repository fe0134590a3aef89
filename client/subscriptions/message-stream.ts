import type { Message } from "../message.ts";

/**
 * A subscription's messages for `for await`. Memory is bounded: a slow reader loses the oldest messages
 * beyond the limit, counted in `dropped`. Several loops over one stream share its messages, and end with it.
 */
export class MessageStream implements AsyncIterable<Message> {
  readonly #limit: number;
  readonly #ended: () => void;
  readonly #queue: Message[] = [];
  /** Wakes each loop that waits for a message. */
  readonly #waiting: (() => void)[] = [];
  #open = true;
  #dropped = 0;

  /**
   * @param limit how many messages may wait to be read
   * @param ended called once, when a loop is left or `end()` is called
   */
  constructor(limit: number, ended: () => void) {
    this.#limit = limit;
    this.#ended = ended;
  }

  /** How many messages were dropped before they were read. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Adds a message. @returns false if the oldest one was dropped for it */
  push(message: Message): boolean {
    if (!this.#open) return true;
    this.#queue.push(message);
    this.#waiting.shift()?.();
    if (this.#queue.length <= this.#limit) return true;
    this.#queue.shift();
    this.#dropped += 1;
    return false;
  }

  /** Ends the stream; messages that are queued can still be read. */
  end(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const wake of this.#waiting.splice(0)) wake();
    this.#ended();
  }

  [Symbol.asyncIterator](): AsyncGenerator<Message, void, void> {
    const loop = this.#read();
    // A generator's own return() waits for its pending await, which on a quiet subject never settles.
    for (const way of ["return", "throw"] as const) {
      const leave = loop[way].bind(loop);
      loop[way] = (reason) => {
        this.end();
        return leave(reason);
      };
    }
    return loop;
  }

  async *#read(): AsyncGenerator<Message, void, void> {
    for (;;) {
      const next = this.#queue.shift();
      if (next !== undefined) yield next;
      else if (!this.#open) return;
      else await new Promise<void>((settle) => void this.#waiting.push(settle));
    }
  }
}
