import type { Fault } from "./faults/fault.ts";
import { isolate } from "./listeners.ts";
import type { Event } from "./machine/model.ts";
import type { Clock, Investigate } from "./options.ts";

/** After this long an investigation may be replaced by the next one, milliseconds. */
const LONGEST_INVESTIGATION_MS = 60_000;

export interface InvestigationParts {
  readonly clock: Clock;
  readonly investigate: Investigate;
  /** Reports an error of the user's callback. */
  failed(callback: string, reason: unknown): void;
}

/** Calls the user's `investigate` callback, for one fault at a time. */
export class Investigation {
  readonly #parts: InvestigationParts;
  readonly #send: (event: Event) => void;
  #current: { readonly untilMs: number; readonly over: AbortController } | null = null;

  /** @param send receives the finding */
  constructor(parts: InvestigationParts, send: (event: Event) => void) {
    this.#parts = parts;
    this.#send = send;
  }

  /** Starts an investigation unless one is running: attempts may fail faster than it can finish. */
  begin(seen: Fault): void {
    const { clock, investigate } = this.#parts;
    const nowMs = clock.now();
    if (nowMs < (this.#current?.untilMs ?? 0)) return;
    this.end();
    const over = new AbortController();
    const current = { untilMs: nowMs + LONGEST_INVESTIGATION_MS, over };
    this.#current = current;
    const isOver = () => {
      if (this.#current === current) this.#current = null;
      return over.signal.aborted;
    };
    const found = (better: Fault | "mended" | null) => {
      if (isOver() || better === null) return;
      if (better === "mended") this.#send({ type: "fault-gone", seen });
      else if (better?.evidence) this.#send({ type: "refined", seen, fault: better });
      else throw new TypeError('investigate() returned no fault: return one, null or "mended"');
    };
    // After an error the fault stays as it was seen.
    const failed = (reason: unknown) => {
      if (!isOver()) this.#parts.failed("investigate", reason);
    };
    isolate(() => Promise.resolve(investigate(seen, over.signal)).then(found), failed);
  }

  end(): void {
    this.#current?.over.abort();
    this.#current = null;
  }
}
