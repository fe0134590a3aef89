import type { ReconnectOptions } from "./options.ts";

/** The longest that attempt number `attempt` (1, 2, 3 …) may have to wait, milliseconds. */
export function delayBoundMs(attempt: number, options: ReconnectOptions): number {
  return Math.min(options.maxDelayMs, options.baseDelayMs * options.factor ** (attempt - 1));
}

/**
 * The shortest that it may have to wait, milliseconds. The first wait spreads the clients of a
 * lost server over its whole bound. Those who drew a short one would be the first to dial again,
 * on top of the others' first dial, so each later wait is at least half of its bound.
 */
export function delayFloorMs(attempt: number, options: ReconnectOptions): number {
  return attempt === 1 ? 0 : delayBoundMs(attempt, options) / 2;
}

/**
 * The wait before attempt number `attempt`, milliseconds: uniform from its floor to its bound.
 * @param random uniform in [0, 1)
 */
export function delayMs(attempt: number, options: ReconnectOptions, random: number): number {
  const floorMs = delayFloorMs(attempt, options);
  return Math.round(floorMs + random * (delayBoundMs(attempt, options) - floorMs));
}
