import type { Clock } from "../../client/index.ts";
import type { VirtualClock } from "./virtual-clock.ts";
import type { VirtualSocket } from "./virtual-socket.ts";

/** The event loop of a slow or busy device: while it is stalled, timers and socket events wait. */
export class StalledLoop implements Clock {
  readonly #clock: VirtualClock;
  readonly #timers = new Set<() => void>();
  #events: (() => void)[] = [];
  #isStalled = false;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  after(delayMs: number, callback: () => void): () => void {
    const cancel = this.#clock.after(delayMs, () => {
      if (this.#isStalled) this.#timers.add(callback);
      else callback();
    });
    return () => {
      cancel();
      this.#timers.delete(callback);
    };
  }

  /** Makes the events of a socket wait while the loop is stalled. */
  hold(socket: VirtualSocket): VirtualSocket {
    const add = socket.addEventListener.bind(socket);
    const held = new Map<unknown, (event: unknown) => void>();
    socket.addEventListener = (type, listener) => {
      const later = (event: unknown) => {
        if (this.#isStalled) this.#events.push(() => listener(event));
        else listener(event);
      };
      held.set(listener, later);
      add(type, later);
    };
    const remove = socket.removeEventListener.bind(socket);
    socket.removeEventListener = (type, listener) => remove(type, held.get(listener) ?? listener);
    return socket;
  }

  stall(): void {
    this.#isStalled = true;
  }

  /** Runs the timers that are due, then the socket events: the order of Node, and the worst one for a time limit. */
  async resume(settled: () => Promise<void>): Promise<void> {
    this.#isStalled = false;
    for (const timer of this.#timers) {
      this.#timers.delete(timer);
      timer();
      await settled();
    }
    for (const event of this.#events.splice(0)) event();
    await settled();
  }
}
