import type { Message } from "../message.ts";
import { contentOf } from "./content.ts";

/** So far may a server be behind that was stopped and goes on, milliseconds; and so long ago says whether a message is like no other. */
const KEPT_MS = 30_000;

const MOST_KEPT = 4096;
const MOST_BYTES = 1_000_000;

/** The last core messages of one subject. */
export class Recent {
  readonly #messages: Message[] = [];
  readonly #times: number[] = [];
  #first = 0;
  #bytes = 0;

  remember(message: Message, nowMs: number): void {
    this.#bytes += this.#heldBy(message, this.#messages.at(-1));
    this.#messages.push(message);
    this.#times.push(nowMs);
    while (this.#isTooMuch(nowMs)) this.#forget();
    if (this.#first < MOST_KEPT) return;
    this.#messages.splice(0, this.#first);
    this.#times.splice(0, this.#first);
    this.#first = 0;
  }

  /** What a link whose server is behind may bring once more, each within `withinMs`; null where that is nothing. */
  echoes(nowMs: number, withinMs: number): Echoes | null {
    const times = new Map<string, number | null>();
    for (let index = this.#first; index < this.#messages.length; index += 1) {
      const atMs = this.#times[index] as number;
      if (nowMs - atMs > KEPT_MS) continue;
      const content = contentOf(this.#messages[index] as Message);
      // One that came several times may well come once more.
      times.set(content, times.has(content) ? null : atMs);
    }
    return times.size === 0 ? null : new Echoes(times, nowMs, withinMs);
  }

  #isTooMuch(nowMs: number): boolean {
    const count = this.#messages.length - this.#first;
    const isOld = nowMs - (this.#times[this.#first] ?? nowMs) > KEPT_MS;
    return count > MOST_KEPT || isOld || (this.#bytes > MOST_BYTES && count > 1);
  }

  #forget(): void {
    const message = this.#messages[this.#first];
    if (message !== undefined) this.#bytes -= this.#heldBy(message, this.#messages[this.#first + 1]);
    // Not held until the next splice: it may be large.
    delete this.#messages[this.#first];
    this.#first += 1;
  }

  /** A message holds the whole frame that it came in, which it may share with the one beside it. */
  #heldBy({ data }: Message, beside: Message | undefined): number {
    return data.buffer === beside?.data.buffer ? 0 : data.buffer.byteLength;
  }
}

/** What may come over a new link though it came over another before: each at most once. */
export class Echoes {
  readonly #times: Map<string, number | null>;
  readonly #withinMs: number;
  readonly #untilMs: number;

  constructor(times: Map<string, number | null>, nowMs: number, withinMs: number) {
    this.#times = times;
    this.#withinMs = withinMs;
    this.#untilMs = nowMs + withinMs;
  }

  /** Whether nothing is expected any more. */
  isOver(nowMs: number): boolean {
    return nowMs >= this.#untilMs || this.#times.size === 0;
  }

  /** How long ago a message of this content came, milliseconds; null where none did. It is asked once for each. */
  take(content: string, nowMs: number): number | null {
    const ageMs = nowMs - (this.#times.get(content) ?? Number.NaN);
    if (!(ageMs <= this.#withinMs)) return null;
    this.#times.delete(content);
    return ageMs;
  }
}
