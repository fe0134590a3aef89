import type { Message } from "../message.ts";

/**
 * A subscription's messages for `for await`. Whoever reads too slowly loses
 * the oldest beyond the limit, and can see how many; memory never grows.
 * Several loops on one stream share its messages; all of them end with it.
 */
export class MessageStream implements AsyncIterable<Message> {
  readonly #limit: number;
  readonly #ended: () => void;
  readonly #queue: Message[] = [];
  /** One for each loop that waits. */
  readonly #waiting: (() => void)[] = [];
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

  /** Takes the next message; false when an older one had to give way. */
  push(message: Message): boolean {
    if (!this.#open) return true;
    this.#queue.push(message);
    this.#waiting.shift()?.();
    if (this.#queue.length <= this.#limit) return true;
    this.#queue.shift();
    this.#dropped += 1;
    return false;
  }

  /** Ends the stream: what is queued can still be read, nothing follows. */
  end(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const wake of this.#waiting.splice(0)) wake();
    this.#ended();
  }

  [Symbol.asyncIterator](): AsyncGenerator<Message, void, void> {
    const loop = this.#read();
    // A generator leaves only once what it waits for has come: on a quiet subject never.
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
