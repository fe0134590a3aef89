import { checkType } from "./options.ts";

/** A user's callback. If it returns a promise, that is only watched for a rejection. */
type Listener<A extends readonly unknown[]> = (...args: A) => unknown;

/** Receives what a callback threw or rejected with. */
export type OnError = (reason: unknown) => void;

/** Calls a user's callback, and passes what it throws or rejects with to `failed`. */
export function isolate(call: () => unknown, failed: OnError): void {
  try {
    watchPromise(call(), failed);
  } catch (reason) {
    failed(reason);
  }
}

/** Passes the rejection of an asynchronous callback to `failed`, or it would be an unhandled rejection. */
export function watchPromise(result: unknown, failed: OnError): void {
  if (typeof result !== "object" || result === null || !("then" in result)) return;
  Promise.resolve(result).catch(failed);
}

/** The callbacks of one event. Each may throw, reject, and remove itself or others while it is called. */
export class Listeners<A extends readonly unknown[]> {
  readonly #entries = new Set<{ readonly listener: Listener<A> }>();
  readonly #failed: OnError;
  /** The calls under way, and those that they caused. */
  readonly #calls: (() => void)[] = [];

  /** @param failed receives what a listener threw or rejected with; must not throw */
  constructor(failed: OnError) {
    this.#failed = failed;
  }

  /** Calls `listener` from now on, until the returned function is called. */
  add(listener: Listener<A>): () => void {
    checkType("listener", listener, "function");
    const entry = { listener };
    this.#entries.add(entry);
    return () => void this.#entries.delete(entry);
  }

  /** Calls the current listeners, except those removed before their turn. Nested calls come after this one. */
  call(...args: A): void {
    const isNested = this.#calls.length > 0;
    for (const entry of this.#entries) {
      this.#calls.push(() => {
        if (this.#entries.has(entry)) isolate(() => entry.listener(...args), this.#failed);
      });
    }
    if (isNested) return;
    // The list may grow while it is iterated.
    for (const call of this.#calls) call();
    this.#calls.length = 0;
  }
}
