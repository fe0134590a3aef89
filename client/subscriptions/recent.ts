import type { Message } from "../message.ts";
import type { Clock } from "../options.ts";
import { contentOf } from "./content.ts";
import { Expected } from "./expected.ts";

/** So far may a server be behind that was stopped and goes on, milliseconds; and so long ago says whether a message is like no other. */
export const KEPT_MS = 30_000;

/** Where so many came lately, and no two said the same, another that does is most likely the same once more. */
const MANY = 100;

const MOST_KEPT = 4096;
const MOST_BYTES = 1_000_000;

/** The last core messages of one subject. Each costs every message time: nothing is made for one, or deleted from a list. */
export class Recent {
  readonly #messages: (Message | undefined)[] = [];
  readonly #times: number[] = [];
  /** A message holds the whole frame that it came in: its bytes stand beside the first one in it, and 0 beside the others. */
  readonly #held: number[] = [];
  /** The newest frame, and when it came, epoch milliseconds. */
  #frame: ArrayBufferLike | null = null;
  #cameMs = 0;
  #first = 0;
  #bytes = 0;

  remember(message: Message, clock: Pick<Clock, "now">): void {
    const { buffer } = message.data;
    let held = 0;
    if (buffer !== this.#frame) {
      this.#frame = buffer;
      // What shares a frame came at the same moment.
      this.#cameMs = clock.now();
      // An empty payload may have a buffer of its own.
      held = Math.max(1, buffer.byteLength);
      this.#bytes += held;
    }
    this.#messages.push(message);
    this.#times.push(this.#cameMs);
    this.#held.push(held);
    while (this.#isTooMuch()) this.#forget();
    if (this.#first < MOST_KEPT) return;
    for (const list of [this.#messages, this.#times, this.#held]) list.splice(0, this.#first);
    this.#first = 0;
  }

  /** What a link whose server is behind may bring once more, each mostly within `withinMs`; null where that is nothing. */
  echoes(nowMs: number, withinMs: number): Expected | null {
    const times = new Map<string, number>();
    let from = this.#first;
    while (nowMs - (this.#times[from] ?? nowMs) > KEPT_MS) from += 1;
    for (let index = from; index < this.#messages.length; index += 1) {
      const atMs = this.#times[index] as number;
      const content = contentOf(this.#messages[index] as Message);
      // One that came several times comes regularly: another may be due.
      times.set(content, times.has(content) ? Number.NaN : atMs);
    }
    // What came regularly, and not twice in all this time, comes again only after a longer one.
    const isEachNew = times.size >= MANY && times.size === this.#messages.length - from;
    const reachMs = isEachNew ? Math.max(withinMs, this.#cameMs - (this.#times[from] as number)) : withinMs;
    const expected = new Expected(reachMs);
    expected.untilMs = nowMs + reachMs;
    for (const [content, atMs] of times) if (atMs > 0) expected.add(content, 1, atMs);
    return expected.isOver(nowMs) ? null : expected;
  }

  #isTooMuch(): boolean {
    const count = this.#messages.length - this.#first;
    if (count <= 1) return false;
    const ageMs = this.#cameMs - (this.#times[this.#first] as number);
    return count > MOST_KEPT || this.#bytes > MOST_BYTES || ageMs > KEPT_MS;
  }

  #forget(): void {
    const held = this.#held[this.#first] as number;
    // Not held until the next splice: it may be large.
    this.#messages[this.#first] = undefined;
    this.#first += 1;
    if (this.#held[this.#first] === 0) this.#held[this.#first] = held;
    else this.#bytes -= held;
  }
}
