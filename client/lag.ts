/** The smallest lag that is reported, milliseconds. */
const SLOW_MS = 1000;
/** How long the delay of the last message counts, milliseconds; after that only the round trip does. */
const DELAY_VALID_MS = 10_000;

const MINUTE_MS = 60_000;
/** A delay that grows by this much at once means that a clock was set: a link this late would be dead. */
const CLOCK_CHANGE_MS = MINUTE_MS;

const NOTHING_CAME: readonly [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];

/**
 * How far a link is behind, by the publish times of its messages or by its round trip. As the clocks of
 * publisher and device differ, only the delay beyond the shortest of the last one or two minutes counts.
 */
export class Lag {
  /** The shortest delays of the last two minutes with messages; older ones may precede a correction of a clock. */
  #shortestMs = NOTHING_CAME;
  #minute = 0;
  /** The last message's delay beyond the shortest. */
  #excessMs = 0;
  /** The delay of the last message, including the difference of the clocks. */
  #delayMs = 0;
  #notedAtMs = 0;

  /** Records the delay of a live message. */
  note(publishedAtMs: number, nowMs: number): void {
    const delayMs = nowMs - publishedAtMs;
    if (delayMs - this.#delayMs > CLOCK_CHANGE_MS) this.restart();
    this.#delayMs = delayMs;
    const minute = Math.floor(nowMs / MINUTE_MS);
    const [newest, before] = this.#shortestMs;
    this.#shortestMs = minute === this.#minute ? [Math.min(newest, delayMs), before] : [delayMs, newest];
    this.#minute = minute;
    this.#excessMs = delayMs - Math.min(...this.#shortestMs);
    this.#notedAtMs = nowMs;
  }

  /** Forgets the delays of the previous link. */
  restart(): void {
    this.#shortestMs = NOTHING_CAME;
    this.#excessMs = 0;
  }

  /** The lag, milliseconds; null if it is too small to report. */
  behindMs(rttMs: number | null, nowMs: number): number | null {
    const excessMs = nowMs - this.#notedAtMs < DELAY_VALID_MS ? this.#excessMs : 0;
    const behindMs = Math.max(excessMs, rttMs ?? 0);
    return behindMs >= SLOW_MS ? behindMs : null;
  }
}
