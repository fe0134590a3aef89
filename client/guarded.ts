import { LONGEST_TIMER_MS, systemClock } from "./clock.ts";
import { type Failed, isolate } from "./listeners.ts";
import type { Clock } from "./options.ts";

/**
 * A clock of the user's, or the system's, whose timers may be set to any time, as a token's life may be.
 * Where it throws, or gives no time, the system's stands in. That is told once: telling needs the time.
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
    now: standIn("now", () => clock.now(), Number.isFinite, "epoch milliseconds", systemClock.now, fails),
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
  const fits = (value: number) => value >= 0 && value < 1;
  const needed = "a number from 0 up to and without 1";
  return standIn("random", random, fits, needed, Math.random, once(failed));
}

/** Gives numbers as `give` does, and those of `other` where it throws or they don't fit. */
function standIn(
  name: string,
  give: () => number,
  fits: (value: number) => boolean,
  needed: string,
  other: () => number,
  fails: Failed,
): () => number {
  return () => {
    try {
      const value = give();
      if (fits(value)) return value;
      fails(new RangeError(`${name}() gave ${value}: give ${needed}`));
    } catch (reason) {
      fails(reason);
    }
    return other();
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
