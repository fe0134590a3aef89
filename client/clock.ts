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
