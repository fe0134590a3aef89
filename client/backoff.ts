import type { ReconnectOptions } from "./options.ts";

/** The bound of the delay grows with each attempt up to this, milliseconds … */
const SHORT_BOUND_MS = 3000;

/** … and from there on with the outage: no delay is longer than this share of it. */
const SHARE_OF_OUTAGE = 1 / 30;

/** Range of the delay after a fault that waiting alone can't cure, milliseconds. */
const SLOW_FROM_MS = 30_000;
const SLOW_TO_MS = 60_000;

/**
 * The longest delay before attempt number `attempt` (1, 2, 3 …), milliseconds.
 * @param downMs how long the attempts have been going on
 */
export function delayBoundMs(attempt: number, downMs: number, options: ReconnectOptions): number {
  const grown = options.baseDelayMs * options.factor ** (attempt - 1);
  const most = Math.max(SHORT_BOUND_MS, options.baseDelayMs, downMs * SHARE_OF_OUTAGE);
  return Math.min(options.maxDelayMs, grown, most);
}

/**
 * The shortest delay before an attempt, milliseconds. The first delay spreads the clients of a lost server;
 * later delays vary less, to keep them spread. After two short delays, a client would dial among the others'
 * first dials.
 */
export function delayFloorMs(attempt: number, downMs: number, options: ReconnectOptions): number {
  return attempt === 1 ? 0 : delayBoundMs(attempt, downMs, options) * 0.75;
}

/**
 * The delay before attempt number `attempt`, milliseconds: uniform from its floor to its bound.
 * @param random uniform in [0, 1)
 */
export function delayMs(attempt: number, downMs: number, options: ReconnectOptions, random: number): number {
  const floorMs = delayFloorMs(attempt, downMs, options);
  return Math.round(floorMs + random * (delayBoundMs(attempt, downMs, options) - floorMs));
}

/** The delay after a fault that waiting alone can't cure, milliseconds. */
export function slowDelayMs(random: number): number {
  return Math.round(SLOW_FROM_MS + random * (SLOW_TO_MS - SLOW_FROM_MS));
}
