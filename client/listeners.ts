import { checkType } from "./options.ts";

/** A callback that a user gave; what it returns is only looked at to see whether it fails later. */
type Listener<A extends readonly unknown[]> = (...args: A) => unknown;

/** Takes what a callback threw, or rejected with. */
export type Failed = (reason: unknown) => void;

/** Calls what a user gave, so that nothing it throws or rejects with reaches the caller. */
export function isolate(call: () => unknown, failed: Failed): void {
  try {
    watchPromise(call(), failed);
  } catch (reason) {
    failed(reason);
  }
}

/** An asynchronous callback fails later: that must not become an unhandled rejection. */
export function watchPromise(result: unknown, failed: Failed): void {
  if (typeof result !== "object" || result === null || !("then" in result)) return;
  Promise.resolve(result).catch(failed);
}

/** The callbacks for one kind of news. Each may throw, reject, leave, or send others away while it is called. */
export class Listeners<A extends readonly unknown[]> {
  readonly #entries = new Set<{ readonly listener: Listener<A> }>();
  readonly #failed: Failed;
  /** While some are called: these, and who is to be called after them. */
  readonly #calls: (() => void)[] = [];

  /** @param failed takes what a listener threw, or rejected with; must not throw */
  constructor(failed: Failed) {
    this.#failed = failed;
  }

  /** Calls `listener` from now on, until the returned function is called. */
  add(listener: Listener<A>): () => void {
    checkType("listener", listener, "function");
    const entry = { listener };
    this.#entries.add(entry);
    return () => void this.#entries.delete(entry);
  }

  /** Calls every listener that is there now and hasn't left by its turn; what one of them brings about is told after that. */
  call(...args: A): void {
    const isNested = this.#calls.length > 0;
    for (const entry of this.#entries) {
      this.#calls.push(() => {
        if (this.#entries.has(entry)) isolate(() => entry.listener(...args), this.#failed);
      });
    }
    if (isNested) return;
    // Also those that are added meanwhile.
    for (const call of this.#calls) call();
    this.#calls.length = 0;
  }
}
