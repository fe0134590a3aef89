import type { Effect, Event } from "./model.ts";

/** Time limit of a ping after a wake, of a link that fell silent, or of one that is being replaced, milliseconds. */
export const QUICK_TIMEOUT_MS = 2500;

/** A timer that fires this much too late, milliseconds, was suspended: the device slept, or the page hung. */
const SUSPENDED_MS = 1000;

/** Pings a link that may be dead, with a short time limit. */
export function quickPing(linkId: number): Effect {
  return { type: "ping", linkId, timeoutMs: QUICK_TIMEOUT_MS };
}

/** Gives a link up after an unanswered ping. A suspended timer proves nothing, so the link is pinged again. */
export function onSilence({ linkId, waitedMs, timeoutMs }: Extract<Event, { type: "silent" }>): Effect {
  const isLate = waitedMs > timeoutMs + SUSPENDED_MS;
  return isLate ? quickPing(linkId) : { type: "give-up", linkId, waitedMs };
}
