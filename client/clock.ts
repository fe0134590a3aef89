import type { Clock } from "./options.ts";

/** The longest delay of a runtime's timer, milliseconds: a longer one fires at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The runtime's own clock and timers. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** The rest of a period of `forMs` from `sinceMs` on, milliseconds; not more even if the clock was set back. */
export function leftMs(clock: Clock, sinceMs: number, forMs: number): number {
  return Math.min(forMs, Math.max(0, sinceMs + forMs - clock.now()));
}
