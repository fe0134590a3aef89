import { systemClock } from "./clock.ts";
import type { Failed } from "./listeners.ts";
import type { Clock } from "./options.ts";

/** A clock of the user's; where it throws, the system's stands in. That is told once: telling needs the time. */
export function guardClock(clock: Clock, failed: Failed): Clock {
  const fails = once(failed);
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
      try {
        return clock.after(delayMs, callback);
      } catch (reason) {
        fails(reason);
        return systemClock.after(delayMs, callback);
      }
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
