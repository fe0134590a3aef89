import type { Fault } from "./faults/fault.ts";
import { isolate } from "./listeners.ts";
import type { Event } from "./machine/model.ts";
import type { Clock, Investigate } from "./options.ts";

/** An investigation that takes longer than this gives way to the next, milliseconds. */
const LONGEST_INVESTIGATION_MS = 60_000;

/** What an investigation works with, and what it tells. */
export interface InvestigationParts {
  readonly clock: Clock;
  readonly investigate: Investigate;
  /** A callback of the user's failed. */
  failed(callback: string, reason: unknown): void;
}

/** Has faults looked at from elsewhere, one at a time. */
export class Investigation {
  readonly #parts: InvestigationParts;
  readonly #send: (event: Event) => void;
  #current: { readonly untilMs: number; readonly over: AbortController } | null = null;

  /** @param send takes what was found */
  constructor(parts: InvestigationParts, send: (event: Event) => void) {
    this.#parts = parts;
    this.#send = send;
  }

  /** What looks at a fault already is let finish: attempts, servers and how they fail change more often than it can. */
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
      if (better === "mended") this.#send({ type: "mended", seen });
      else if (better?.evidence) this.#send({ type: "refined", seen, fault: better });
      else throw new TypeError("what investigate() gave is no fault: give one");
    };
    // An investigation that fails has found nothing; the fault stays as it was seen.
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
