import type { Clock } from "../options.ts";
import { AskError } from "./port.ts";

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

/** Something to wait for; what happens before somebody waits isn't lost. */
export class Bell {
  #hasRung = false;
  #hear: (() => void) | null = null;

  ring(): void {
    this.#hasRung = true;
    this.#hear?.();
  }

  /** Settles once it has rung since the last time; never, if the signal aborts first. */
  async heard(signal: AbortSignal): Promise<void> {
    if (!this.#hasRung) {
      await new Promise<void>((resolve) => {
        this.#hear = resolve;
      });
    }
    this.#hear = null;
    this.#hasRung = false;
    if (signal.aborted) throw new AskError("ended");
  }
}
