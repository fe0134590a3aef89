import type { ReconnectOptions } from "./options.ts";

/** The longest that attempt number `attempt` (1, 2, 3 …) may have to wait, milliseconds. */
export function delayBoundMs(attempt: number, options: ReconnectOptions): number {
  return Math.min(options.maxDelayMs, options.baseDelayMs * options.factor ** (attempt - 1));
}

/**
 * The wait before attempt number `attempt`, milliseconds: full jitter, uniform
 * from 0 to the bound, so that the clients of a lost server don't come back all at once.
 * @param random uniform in [0, 1)
 */
export function delayMs(attempt: number, options: ReconnectOptions, random: number): number {
  return Math.round(random * delayBoundMs(attempt, options));
}
