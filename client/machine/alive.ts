import type { Effect, Event } from "./model.ts";

/** How long a check after a wake, of a link that fell silent or of one that is to be replaced waits for a sign of life, milliseconds. */
export const QUICK_TIMEOUT_MS = 2500;

/** A timer that rings this much too late, milliseconds, slept or hung with the page. */
const OVERSLEPT_MS = 1000;

/** Is the link still there? One quick ping tells. */
export function quickPing(linkId: number): Effect {
  return { type: "ping", linkId, timeoutMs: QUICK_TIMEOUT_MS };
}

/** No sign of life in time. A timer that rang far too late proves nothing: ask once more. */
export function unanswered({ linkId, waitedMs, timeoutMs }: Extract<Event, { type: "silent" }>): Effect {
  const isLate = waitedMs > timeoutMs + OVERSLEPT_MS;
  return isLate ? quickPing(linkId) : { type: "give-up", linkId, waitedMs };
}
