/** A link is slow from this round trip on, and messages are late from this on, milliseconds. */
const SLOW_MS = 1000;
/** What a message says of its link is true for so long: after that only round trips know, milliseconds. */
const TRUE_FOR_MS = 10_000;

/** A delay that was the shortest for so long has had its time, milliseconds: a clock may have been put right meanwhile. */
const SHORTEST_FOR_MS = 60_000;

/**
 * How far a link is behind: by what messages tell of when they were published, else by its round trip.
 * The clocks of who publishes and of this device differ, so it is the delay beyond the shortest that was seen lately.
 */
export class Lag {
  /** Of the time since `#sinceMs`, and of as long before that; infinite where nothing came. */
  #shortestMs = Number.POSITIVE_INFINITY;
  #shortestBeforeMs = Number.POSITIVE_INFINITY;
  #sinceMs = 0;
  #delayMs = 0;
  #notedAtMs = 0;

  /** A message of now came. */
  note(publishedAtMs: number, nowMs: number): void {
    const delayMs = nowMs - publishedAtMs;
    if (Math.abs(nowMs - this.#sinceMs) >= SHORTEST_FOR_MS) {
      this.#shortestBeforeMs = this.#shortestMs;
      this.#shortestMs = Number.POSITIVE_INFINITY;
      this.#sinceMs = nowMs;
    }
    this.#shortestMs = Math.min(this.#shortestMs, delayMs);
    this.#delayMs = delayMs - Math.min(this.#shortestMs, this.#shortestBeforeMs);
    this.#notedAtMs = nowMs;
  }

  /** Another link says nothing of the delays of the one before. */
  restart(): void {
    this.#shortestMs = Number.POSITIVE_INFINITY;
    this.#shortestBeforeMs = Number.POSITIVE_INFINITY;
    this.#delayMs = 0;
  }

  /** How far it is behind, milliseconds; null while that is nothing to speak of. */
  behindMs(rttMs: number | null, nowMs: number): number | null {
    const delayMs = nowMs - this.#notedAtMs < TRUE_FOR_MS ? this.#delayMs : 0;
    const behindMs = Math.max(delayMs, rttMs ?? 0);
    return behindMs >= SLOW_MS ? behindMs : null;
  }
}
