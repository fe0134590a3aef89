import { LONGEST_TIMER_MS, systemClock } from "./clock.ts";
import { isolate, type OnError } from "./listeners.ts";
import type { Clock } from "./options.ts";

/**
 * Wraps a clock: timers may have any delay, as credentials may last for months, and the system clock steps in
 * where the clock throws or returns no time. Only the first such error is reported, as a report reads the clock.
 */
export function guardClock(clock: Clock, failed: OnError): Clock {
  const reportOnce = once(failed);
  const after: Clock["after"] = (delayMs, callback) => {
    try {
      return clock.after(delayMs, callback);
    } catch (reason) {
      reportOnce(reason);
      return systemClock.after(delayMs, callback);
    }
  };
  return {
    now: withFallback(
      "now",
      () => clock.now(),
      Number.isFinite,
      "epoch milliseconds",
      systemClock.now,
      reportOnce,
    ),
    after(delayMs, callback) {
      let leftMs = delayMs;
      let isOver = false;
      let cancel: () => void;
      const wait = () => {
        const nextMs = Math.min(leftMs, LONGEST_TIMER_MS);
        leftMs -= nextMs;
        cancel = after(nextMs, () => {
          if (isOver) return;
          if (leftMs > 0) wait();
          else callback();
        });
      };
      wait();
      return () => {
        isOver = true;
        isolate(cancel, reportOnce);
      };
    },
  };
}

/** Wraps a random source: `Math.random` steps in where it throws or returns a wrong value, reported once. */
export function guardRandom(random: () => number, failed: OnError): () => number {
  const fits = (value: number) => value >= 0 && value < 1;
  const needed = "a number of at least 0 and less than 1";
  return withFallback("random", random, fits, needed, Math.random, once(failed));
}

/** Wraps `source`: calls `fallback` where it throws or returns a value that doesn't fit. */
function withFallback(
  name: string,
  source: () => number,
  fits: (value: number) => boolean,
  needed: string,
  fallback: () => number,
  reportOnce: OnError,
): () => number {
  return () => {
    try {
      const value = source();
      if (fits(value)) return value;
      reportOnce(new RangeError(`${name}() returned ${value}: return ${needed}`));
    } catch (reason) {
      reportOnce(reason);
    }
    return fallback();
  };
}

function once(failed: OnError): OnError {
  let hasFailed = false;
  return (reason) => {
    if (hasFailed) return;
    hasFailed = true;
    failed(reason);
  };
}
