/**
 * Settles once the microtask queue is empty: only then does Node run its tick queue. Much faster than a turn of the event
 * loop, and a life has hundreds of steps.
 */
export function settled(): Promise<void> {
  return new Promise((settle) => process.nextTick(settle));
}

/** Waits for a turn of the event loop, once per life: an unhandled rejection then ends the thread. */
export function lifeIsOver(): Promise<void> {
  return new Promise((settle) => setImmediate(settle));
}
