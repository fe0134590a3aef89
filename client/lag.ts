/** A link is slow from this round trip on, and messages are late from this on, milliseconds. */
const SLOW_MS = 1000;
/** What a message says of its link is true for so long: after that only round trips know, milliseconds. */
const TRUE_FOR_MS = 10_000;

const MINUTE_MS = 60_000;
/** A link that keeps one message back for so much longer than the last is dead long before: a clock was put forward. */
const PUT_FORWARD_MS = MINUTE_MS;

const NOTHING_CAME: readonly [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];

/**
 * How far a link is behind: by what messages tell of when they were published, else by its round trip.
 * The clocks of who publishes and of this device differ, so it is the delay beyond the shortest that was seen lately.
 */
export class Lag {
  /** Of the minute that messages came in last, and of the one before: a clock may have been put right since. */
  #shortestMs = NOTHING_CAME;
  #minute = 0;
  #delayMs = 0;
  /** The delay of the last message, by two clocks that differ. */
  #lastMs = 0;
  #notedAtMs = 0;

  /** A message of now came. */
  note(publishedAtMs: number, nowMs: number): void {
    const delayMs = nowMs - publishedAtMs;
    if (delayMs - this.#lastMs > PUT_FORWARD_MS) this.restart();
    this.#lastMs = delayMs;
    const minute = Math.floor(nowMs / MINUTE_MS);
    const [newest, before] = this.#shortestMs;
    this.#shortestMs = minute === this.#minute ? [Math.min(newest, delayMs), before] : [delayMs, newest];
    this.#minute = minute;
    this.#delayMs = delayMs - Math.min(...this.#shortestMs);
    this.#notedAtMs = nowMs;
  }

  /** Another link says nothing of the delays of the one before. */
  restart(): void {
    this.#shortestMs = NOTHING_CAME;
    this.#delayMs = 0;
  }

  /** How far it is behind, milliseconds; null while that is nothing to speak of. */
  behindMs(rttMs: number | null, nowMs: number): number | null {
    const delayMs = nowMs - this.#notedAtMs < TRUE_FOR_MS ? this.#delayMs : 0;
    const behindMs = Math.max(delayMs, rttMs ?? 0);
    return behindMs >= SLOW_MS ? behindMs : null;
  }
}
