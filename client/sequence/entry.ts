import type { Gap } from "../subscriptions/gap.ts";
import { HistoryReader } from "./history.ts";
import type { History, SequencedListener } from "./port.ts";
import type { Stored } from "./stored.ts";
import type { Asking, Stream } from "./stream.ts";

/** What waits for a listener while its history is read; the oldest give way and are told of. */
const MOST_WAITING = 10_000;
const MOST_WAITING_BYTES = 16_000_000;

/** A listener to a feed: it gets its own history first, and then what the feed hands on. */
export class Entry {
  readonly listener: SequencedListener;
  /** Whether it is promised what a break keeps away just now. */
  isMissing = false;
  readonly #wanted: History | undefined;
  /** What comes after this sequence is for it; null until its place is known. */
  #after: number | null = null;
  #history: HistoryReader | null = null;
  #waiting: Stored[] = [];
  #waitingBytes = 0;
  #lost = 0;

  constructor(listener: SequencedListener, history: History | undefined) {
    this.listener = listener;
    this.#wanted = history;
  }

  get isPlaced(): boolean {
    return this.#after !== null;
  }

  /** From after `at` on it gets what comes live, and its history up to there. */
  place(at: number): void {
    if (this.#after !== null) return;
    this.#after = at;
    if (this.#wanted === undefined) return;
    this.#history = new HistoryReader(this.#wanted, at, (message) => this.listener.message(message));
  }

  /** Whether its history has yet to be read. */
  get isReading(): boolean {
    return this.#history !== null;
  }

  /**
   * Reads its history, and then hands on what has waited meanwhile.
   * @throws AskError
   */
  async read(stream: Stream, asking: Asking): Promise<void> {
    const history = this.#history;
    if (history === null) return;
    const after = await history.run(stream, asking);
    if (this.#history !== history) return;
    this.#after = after;
    this.#goOn();
  }

  /** Its history can't be read, or is another stream's: it goes on after `at` without. */
  giveUpHistory(at = this.#after): void {
    this.#after = at;
    this.#goOn();
  }

  /** Takes what the feed hands on. */
  take(message: Stored): void {
    if (this.#after === null || message.sequence <= this.#after) return;
    if (this.#history === null) {
      this.listener.message(message);
      return;
    }
    this.#waiting.push(message);
    this.#waitingBytes += message.data.length;
    while (this.#waiting.length > MOST_WAITING || this.#waitingBytes > MOST_WAITING_BYTES) {
      this.#waitingBytes -= this.#waiting.shift()?.data.length ?? 0;
      this.#lost += 1;
    }
  }

  /** How many gave way since this was asked last. */
  takeLost(): number {
    const lost = this.#lost;
    this.#lost = 0;
    return lost;
  }

  tell(gap: Gap): void {
    if (this.#after !== null) this.listener.gap(gap);
  }

  #goOn(): void {
    this.#history = null;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (const message of waiting) this.take(message);
  }
}
