import type { Message } from "../message.ts";
import type { Clock } from "../options.ts";
import { contentOf } from "./content.ts";
import { ExpectedRepeats } from "./expected-repeats.ts";

/** Messages are remembered this long, milliseconds: a server that was frozen may be this far behind. */
export const RECENT_MS = 30_000;

/** After this many messages of which no two are equal, one that equals an earlier one is most likely a repeat. */
const MIN_DISTINCT = 100;

const MAX_MESSAGES = 4096;
const MAX_BYTES = 1_000_000;

/** The last core messages of one subject. As a hot path, it allocates and deletes nothing per message. */
export class Recent {
  readonly #messages: (Message | undefined)[] = [];
  readonly #times: number[] = [];
  /** Bytes kept alive by each message. Its whole frame counts for the first message in it, and 0 for the others. */
  readonly #held: number[] = [];
  /** The newest frame. Messages that share a frame came at the same moment, `#cameMs`. */
  #frame: ArrayBufferLike | null = null;
  #cameMs = 0;
  #first = 0;
  #bytes = 0;

  remember(message: Message, clock: Pick<Clock, "now">): void {
    const { buffer } = message.data;
    let held = 0;
    if (buffer !== this.#frame) {
      this.#frame = buffer;
      this.#cameMs = clock.now();
      // At least 1: an empty payload may have a buffer of its own, and 0 marks a shared one.
      held = Math.max(1, buffer.byteLength);
      this.#bytes += held;
    }
    this.#messages.push(message);
    this.#times.push(this.#cameMs);
    this.#held.push(held);
    while (this.#isTooMuch()) this.#forget();
    if (this.#first < MAX_MESSAGES) return;
    for (const list of [this.#messages, this.#times, this.#held]) list.splice(0, this.#first);
    this.#first = 0;
  }

  /** The messages that a server that is behind may repeat within `withinMs`; null if there are none. */
  lateRepeats(nowMs: number, withinMs: number): ExpectedRepeats | null {
    const times = new Map<string, number>();
    let from = this.#first;
    while (nowMs - (this.#times[from] ?? nowMs) > RECENT_MS) from += 1;
    for (let index = from; index < this.#messages.length; index += 1) {
      const atMs = this.#times[index] as number;
      const content = contentOf(this.#messages[index] as Message);
      // A content that came twice comes regularly, so the next one may be new.
      times.set(content, times.has(content) ? Number.NaN : atMs);
    }
    // If many messages came and no two were equal, any regular content has a period longer than their span.
    const isEachNew = times.size >= MIN_DISTINCT && times.size === this.#messages.length - from;
    const reachMs = isEachNew ? Math.max(withinMs, this.#cameMs - (this.#times[from] as number)) : withinMs;
    const expected = new ExpectedRepeats(reachMs);
    expected.untilMs = nowMs + reachMs;
    for (const [content, atMs] of times) if (atMs > 0) expected.add(content, 1, atMs);
    return expected.isOver(nowMs) ? null : expected;
  }

  #isTooMuch(): boolean {
    const count = this.#messages.length - this.#first;
    if (count <= 1) return false;
    const ageMs = this.#cameMs - (this.#times[this.#first] as number);
    return count > MAX_MESSAGES || this.#bytes > MAX_BYTES || ageMs > RECENT_MS;
  }

  #forget(): void {
    const held = this.#held[this.#first] as number;
    // Released now, not at the next splice: the message may be large.
    this.#messages[this.#first] = undefined;
    this.#first += 1;
    if (this.#held[this.#first] === 0) this.#held[this.#first] = held;
    else this.#bytes -= held;
  }
}
