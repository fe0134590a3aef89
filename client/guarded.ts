import { LONGEST_TIMER_MS, systemClock } from "./clock.ts";
import { type Failed, isolate } from "./listeners.ts";
import type { Clock } from "./options.ts";

/**
 * A clock of the user's, or the system's, whose timers may be set to any time, as a token's life may be.
 * Where it throws, the system's stands in. That is told once: telling needs the time.
 */
export function guardClock(clock: Clock, failed: Failed): Clock {
  const fails = once(failed);
  const after: Clock["after"] = (delayMs, callback) => {
    try {
      return clock.after(delayMs, callback);
    } catch (reason) {
      fails(reason);
      return systemClock.after(delayMs, callback);
    }
  };
  return {
    now() {
      try {
        return clock.now();
      } catch (reason) {
        fails(reason);
        return systemClock.now();
      }
    },
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
        isolate(cancel, fails);
      };
    },
  };
}

/** Random numbers of the user's; where it throws, or gives something else, the system's stand in. That is told once. */
export function guardRandom(random: () => number, failed: Failed): () => number {
  const fails = once(failed);
  return () => {
    try {
      const value = random();
      if (value >= 0 && value < 1) return value;
      fails(new RangeError(`random() gave ${value}: give a number from 0 up to and without 1`));
    } catch (reason) {
      fails(reason);
    }
    return Math.random();
  };
}

function once(failed: Failed): Failed {
  let hasFailed = false;
  return (reason) => {
    if (hasFailed) return;
    hasFailed = true;
    failed(reason);
  };
}
