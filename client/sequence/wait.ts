import type { Clock } from "../options.ts";
import { AskError, type AskFailure } from "./port.ts";

/**
 * Resolves after `delayMs`.
 * @throws AskError `ended` when the signal aborts
 */
export function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abandon = () => {
      cancel();
      reject(new AskError("ended"));
    };
    const cancel = clock.after(delayMs, () => {
      signal.removeEventListener("abort", abandon);
      resolve();
    });
    if (signal.aborted) abandon();
    else signal.addEventListener("abort", abandon, { once: true });
  });
}

/**
 * Waits for the import of a module that few feeds need.
 * @param signal aborts when the link ends: loading may take longer than a link lives
 * @throws AskError `not-loaded` if a new deployment removed the file or there is no network; `ended` if the signal aborted
 */
export async function loadPart<Part>(part: Promise<Part>, signal: AbortSignal): Promise<Part> {
  const module = await part.catch(() => null);
  if (signal.aborted) throw new AskError("ended");
  if (module === null) throw new AskError("not-loaded");
  return module;
}

/**
 * A handler for `catch` that replaces an AskError with `value`; it throws any other error on, because that is a bug.
 * @param isExpected which failures to replace; all unless given
 */
export function fallback<T>(value: T, isExpected: (failure: AskFailure) => boolean = () => true) {
  return (error: unknown): T => {
    if (error instanceof AskError && isExpected(error.failure)) return value;
    throw error;
  };
}

/** Wakes one waiting task. A call to `wake` before the task waits isn't lost. */
export class Wakeup {
  #isPending = false;
  #resolve = () => {};

  wake(): void {
    this.#isPending = true;
    this.#resolve();
  }

  /**
   * Resolves once `wake` has been called since the last time; an abort alone doesn't end the wait.
   * @throws AskError `ended` if the signal has aborted by then
   */
  async next(signal: AbortSignal): Promise<void> {
    if (!this.#isPending) {
      await new Promise<void>((resolve) => {
        this.#resolve = resolve;
      });
    }
    this.#isPending = false;
    if (signal.aborted) throw new AskError("ended");
  }
}
