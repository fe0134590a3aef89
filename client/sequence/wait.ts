import type { Clock } from "../options.ts";
import { AskError, type AskFailure } from "./port.ts";

/**
 * Settles after `delayMs`.
 * @throws AskError `ended` once aborted
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
 * A part of this code that few feeds need, once it is loaded.
 * @param signal aborted once nobody waits for it any more: it may take longer than a link lives
 * @throws AskError where it can't be had: a deploy took it away, or there is no network; or where the signal was aborted
 */
export async function loadPart<Part>(part: Promise<Part>, signal: AbortSignal): Promise<Part> {
  const module = await part.catch(() => null);
  if (signal.aborted) throw new AskError("ended");
  if (module === null) throw new AskError("not-loaded");
  return module;
}

/**
 * What stands for an answer that can't be had, to `catch` with: a fault of this code is thrown on, and must be seen.
 * @param isExpected which failures it stands for; all unless given
 */
export function fallback<T>(value: T, isExpected: (failure: AskFailure) => boolean = () => true) {
  return (error: unknown): T => {
    if (error instanceof AskError && isExpected(error.failure)) return value;
    throw error;
  };
}

/** Something to wait for; what happens before somebody waits isn't lost. */
export class Wakeup {
  #isPending = false;
  #resolve = () => {};

  wake(): void {
    this.#isPending = true;
    this.#resolve();
  }

  /** Settles once it has rung since the last time; never, if the signal aborts first. */
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
