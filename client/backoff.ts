import type { ReconnectOptions } from "./options.ts";

/** The bound of the wait grows with the attempts up to this, milliseconds … */
const SHORT_BOUND_MS = 3000;

/** … and from there on with the time that the server has been away: no wait is longer than this share of it. */
const SHARE_OF_OUTAGE = 1 / 30;

/** What only somebody else can mend is tried again after so long, milliseconds. */
const SLOW_FROM_MS = 30_000;
const SLOW_TO_MS = 60_000;

/**
 * The longest that attempt number `attempt` (1, 2, 3 …) may have to wait, milliseconds.
 * @param downMs for how long the attempts have been going on
 */
export function delayBoundMs(attempt: number, downMs: number, options: ReconnectOptions): number {
  const grown = options.baseDelayMs * options.factor ** (attempt - 1);
  const most = Math.max(SHORT_BOUND_MS, options.baseDelayMs, downMs * SHARE_OF_OUTAGE);
  return Math.min(options.maxDelayMs, grown, most);
}

/**
 * The shortest that it may have to wait, milliseconds. The first wait spreads the clients of a
 * lost server over its whole bound, and they stay as far apart where the later waits differ little:
 * those who drew a short one twice would dial on top of the others' first dial.
 */
export function delayFloorMs(attempt: number, downMs: number, options: ReconnectOptions): number {
  return attempt === 1 ? 0 : delayBoundMs(attempt, downMs, options) * 0.75;
}

/**
 * The wait before attempt number `attempt`, milliseconds: uniform from its floor to its bound.
 * @param random uniform in [0, 1)
 */
export function delayMs(attempt: number, downMs: number, options: ReconnectOptions, random: number): number {
  const floorMs = delayFloorMs(attempt, downMs, options);
  return Math.round(floorMs + random * (delayBoundMs(attempt, downMs, options) - floorMs));
}

/** The wait before the next attempt at what only somebody else can mend, milliseconds. */
export function slowDelayMs(random: number): number {
  return Math.round(SLOW_FROM_MS + random * (SLOW_TO_MS - SLOW_FROM_MS));
}
