/**
 * Settles once all promises that can settle have: Node goes on with its tick queue when no microtask is left. A life takes
 * hundreds of steps, and a turn of the event loop for each would take longer than the client does.
 */
export function settled(): Promise<void> {
  return new Promise((settle) => process.nextTick(settle));
}

/** Lets the event loop have its turn, as each life must once: it ends a thread whose code rejected unheard. */
export function lifeIsOver(): Promise<void> {
  return new Promise((settle) => setImmediate(settle));
}
