import type { Timers } from "./timers.ts";

/** How long a publisher is not read from when a subscriber of its messages can't keep up, milliseconds. */
const STALL_MS = 10;

/** Whether a client is read from. */
export class Intake {
  readonly #socket: { pause(): void; resume(): void };
  readonly #timers: Timers;
  #state: "flowing" | "stalled" | "frozen" | "shut" = "flowing";

  constructor(socket: { pause(): void; resume(): void }, timers: Timers) {
    this.#socket = socket;
    this.#timers = timers;
  }

  get isShut(): boolean {
    return this.#state === "shut";
  }

  /** Reads nothing for a moment. */
  stall(): void {
    if (this.#state !== "flowing") return;
    this.#state = "stalled";
    this.#socket.pause();
    this.#timers.after(STALL_MS, () => {
      if (this.#state === "stalled") this.#flow();
    });
  }

  /** Reads nothing until `thaw`. */
  freeze(): void {
    if (this.#state === "shut") return;
    this.#state = "frozen";
    this.#socket.pause();
  }

  /** @returns whether it was frozen */
  thaw(): boolean {
    if (this.#state !== "frozen") return false;
    this.#flow();
    return true;
  }

  /** Reads nothing for good. */
  shut(): void {
    this.#state = "shut";
    this.#socket.pause();
  }

  #flow(): void {
    this.#state = "flowing";
    this.#socket.resume();
  }
}
