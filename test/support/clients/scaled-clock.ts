import type { Clock } from "../../../client/index.ts";

/** The wall clock `factor` times as fast, so that minutes of a client pass in seconds of a test. */
export function scaledClock(factor: number): Clock {
  const startMs = Date.now();
  return {
    now: () => startMs + (Date.now() - startMs) * factor,
    after(delayMs, callback) {
      const timer = setTimeout(callback, delayMs / factor);
      return () => clearTimeout(timer);
    },
  };
}
