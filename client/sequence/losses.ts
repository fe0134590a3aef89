import type { Fault } from "../faults/fault.ts";
import type { Clock } from "../options.ts";
import type { Gap, GapKind, Missing } from "../subscriptions/gap.ts";
import type { Cursor, SkippedRange } from "./cursor.ts";
import type { FeedListeners } from "./feed-listeners.ts";
import { AskError, type AskFailure } from "./port.ts";
import type { Stream } from "./stream.ts";
import { fallback, loadPart, pause } from "./wait.ts";

/** So often more, with so long between, replicas that contradict each other are asked before a break is told, milliseconds. */
const RECOUNTS = 3;
const RECOUNT_MS = 1000;

/** When messages began to be missed, why, and how many of them have come since. */
interface OpenBreak {
  readonly fromMs: number;
  readonly cause: Fault | null;
  recovered: number;
}

/** What a feed misses: since when, how much of it came after all, and what its listeners are told of it. */
export class Losses {
  readonly #subject: string;
  readonly #clock: Clock;
  readonly #cursor: Cursor;
  readonly #listeners: FeedListeners;
  #break: OpenBreak | null = null;
  /** When all was known to have come, epoch milliseconds. */
  completeAtMs: number;

  constructor(subject: string, clock: Clock, cursor: Cursor, listeners: FeedListeners) {
    this.#subject = subject;
    this.#clock = clock;
    this.#cursor = cursor;
    this.#listeners = listeners;
    this.completeAtMs = clock.now();
  }

  /** All has come up to now. */
  markComplete(): void {
    this.completeAtMs = this.#clock.now();
  }

  /** A message came later than it would have. */
  countRecovered(): void {
    if (this.#break !== null) this.#break.recovered += 1;
  }

  /** Nothing can come from now on; `cause` is null when the user wanted that. */
  beginBreak(cause: Fault | null): void {
    this.#break ??= { fromMs: this.completeAtMs, cause, recovered: 0 };
  }

  /**
   * All has come up to now; what a break kept away, too, or it never will.
   * @param readyMs when the link was there, epoch milliseconds
   */
  async endBreak(stream: Stream, readyMs: number): Promise<void> {
    // A link that has gone meanwhile has begun another, which is told with this one.
    if (stream.signal.aborted) return;
    this.markComplete();
    if (this.#break === null) return;
    let found = await this.#resolveSkipped(stream, true);
    for (let turn = 1; found === null && turn <= RECOUNTS; turn += 1) {
      await pause(this.#clock, RECOUNT_MS, stream.signal);
      found = await this.#resolveSkipped(stream, true);
    }
    const missing = found ?? NOTHING;
    const { fromMs, cause, recovered } = this.#break;
    this.#break = null;
    const kind = isNothing(missing) ? (cause === null ? "stop" : "break") : "discarded";
    const toMs = Math.max(fromMs, readyMs);
    this.#listeners.reportGap({ ...this.makeGap(kind, missing), fromMs, toMs, cause, recovered });
  }

  /** Tells what became of the sequences that nobody named; those of a break are told at its end, where that can be waited for. */
  async checkSkipped(stream: Stream, canWait = true): Promise<void> {
    const isBreak = this.#break !== null;
    if (isBreak && canWait) return;
    const missing = await this.#resolveSkipped(stream, isBreak).catch(fallback(NOTHING));
    if (missing !== null && !isNothing(missing)) this.report("discarded", missing);
  }

  /** Nobody will find out what became of them. */
  giveUpSkipped(): void {
    const { skipped } = this.#cursor;
    if (skipped !== null) this.report("unreadable", atMost(skipped));
    this.#cursor.skipped = null;
  }

  report(kind: GapKind, missing: Missing): void {
    this.#listeners.reportGap(this.makeGap(kind, missing));
  }

  /** A gap from when all was known to have come until now. */
  makeGap(kind: GapKind, missing: Missing): Gap {
    const toMs = this.#clock.now();
    const fromMs = Math.min(this.completeAtMs, toMs);
    return { subject: this.#subject, fromMs, toMs, kind, cause: null, missing, recovered: 0 };
  }

  /**
   * Finds out what became of the sequences that nobody named; where a break can't learn it, an upper bound is still known.
   * @returns null where replicas contradict each other: that is left to a later look
   */
  async #resolveSkipped(stream: Stream, isBreak: boolean): Promise<Missing | null> {
    const { skipped, inexactBefore } = this.#cursor;
    if (skipped === null) return NOTHING;
    const asked = { ...skipped };
    const isTold = (failure: AskFailure) => isBreak && failure === "not-loaded";
    const missing = await loadPart(import("./missing.ts"), stream.signal)
      .then(({ countMissing }) => countMissing(stream, asked, asked.after < inexactBefore))
      .catch(fallback<Missing | null>("unknown", isTold));
    // As above: it may have gone together with its last answer.
    if (stream.signal.aborted) throw new AskError("ended");
    if (missing === null) return null;
    if (!this.#cursor.resolveSkipped(skipped, asked)) return NOTHING;
    if (missing !== "unknown") return missing;
    return isBreak ? atMost(asked) : NOTHING;
  }
}

const NOTHING: Missing = { exactly: 0 };

const atMost = ({ count }: SkippedRange): Missing => ({ atMost: count });

function isNothing(missing: Missing): boolean {
  return missing !== "unknown" && "exactly" in missing && missing.exactly === 0;
}
