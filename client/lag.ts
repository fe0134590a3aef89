/** A link is slow from this round trip on, and messages are late from this on, milliseconds. */
const SLOW_MS = 1000;

/**
 * How far a link is behind: by what messages tell of when they were published, else by its round trip.
 * The clocks of who publishes and of this device differ, so it is the delay beyond the shortest that was seen.
 */
export class Lag {
  #shortestMs: number | null = null;
  #delayMs = 0;

  /** A message of now came. */
  note(publishedAtMs: number, nowMs: number): void {
    const delayMs = nowMs - publishedAtMs;
    this.#shortestMs = Math.min(this.#shortestMs ?? delayMs, delayMs);
    this.#delayMs = delayMs - this.#shortestMs;
  }

  /** Another link says nothing of the delays of the one before. */
  restart(): void {
    this.#shortestMs = null;
    this.#delayMs = 0;
  }

  /** How far it is behind, milliseconds; null while that is nothing to speak of. */
  behindMs(rttMs: number | null): number | null {
    const behindMs = Math.max(this.#delayMs, rttMs ?? 0);
    return behindMs >= SLOW_MS ? behindMs : null;
  }
}
