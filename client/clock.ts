import type { Clock } from "./options.ts";

/** The longest that the runtimes' timers can be set to, milliseconds: one that is set to more rings at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The runtime's own clock and timers. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** What is left of `forMs` that began at `sinceMs`, milliseconds; all of it at most: the wall clock may have been set back since. */
export function leftMs(clock: Clock, sinceMs: number, forMs: number): number {
  return Math.min(forMs, Math.max(0, sinceMs + forMs - clock.now()));
}
