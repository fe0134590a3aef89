import type { Fault } from "../faults/fault.ts";
import type { Clock } from "../options.ts";
import type { Gap, GapKind, Missing } from "../subscriptions/gap.ts";
import type { Cursor, SkippedRange } from "./cursor.ts";
import type { FeedListeners } from "./feed-listeners.ts";
import { AskError, type AskFailure } from "./port.ts";
import type { Stream } from "./stream.ts";
import { fallback, loadPart, pause } from "./wait.ts";

/** How often to count again before a break is reported if replicas disagree, and milliseconds between these counts. */
const RECOUNTS = 3;
const RECOUNT_MS = 1000;

/** A break that hasn't been reported: since when, why, and how many of its messages have been read since. */
interface OpenBreak {
  readonly fromMs: number;
  readonly cause: Fault | null;
  recovered: number;
}

/** Keeps account of what a feed misses, and reports it to the listeners as gaps. */
export class Losses {
  readonly #subject: string;
  readonly #clock: Clock;
  readonly #cursor: Cursor;
  readonly #listeners: FeedListeners;
  #break: OpenBreak | null = null;
  /** When the feed was last known to be complete, epoch milliseconds. */
  completeAtMs: number;

  constructor(subject: string, clock: Clock, cursor: Cursor, listeners: FeedListeners) {
    this.#subject = subject;
    this.#clock = clock;
    this.#cursor = cursor;
    this.#listeners = listeners;
    this.completeAtMs = clock.now();
  }

  markComplete(): void {
    this.completeAtMs = this.#clock.now();
  }

  /** A message had to be read from the stream. */
  countRecovered(): void {
    if (this.#break !== null) this.#break.recovered += 1;
  }

  /** As `SequencedFeed.onLinkLost`. */
  beginBreak(cause: Fault | null): void {
    this.#break ??= { fromMs: this.completeAtMs, cause, recovered: 0 };
  }

  /**
   * The feed is complete again: reports the break, if there was one.
   * @param readyMs when the link was ready, epoch milliseconds
   */
  async endBreak(stream: Stream, readyMs: number): Promise<void> {
    // If the link was lost during the catch-up, the break goes on until the next link has caught up.
    if (stream.signal.aborted) return;
    this.markComplete();
    if (this.#break === null) return;
    let counted = await this.#resolveSkipped(stream, true);
    for (let turn = 1; counted === null && turn <= RECOUNTS; turn += 1) {
      await pause(this.#clock, RECOUNT_MS, stream.signal);
      counted = await this.#resolveSkipped(stream, true);
    }
    const missing = counted ?? NOTHING;
    const { fromMs, cause, recovered } = this.#break;
    this.#break = null;
    const kind = isNothing(missing) ? (cause === null ? "stop" : "break") : "discarded";
    const toMs = Math.max(fromMs, readyMs);
    this.#listeners.reportGap({ ...this.makeGap(kind, missing), fromMs, toMs, cause, recovered });
  }

  /** Reports how many messages of skipped ranges are missing; during a break that is left to `endBreak` if `canWait`. */
  async checkSkipped(stream: Stream, canWait = true): Promise<void> {
    const isBreak = this.#break !== null;
    if (isBreak && canWait) return;
    const missing = await this.#resolveSkipped(stream, isBreak).catch(fallback(NOTHING));
    if (missing !== null && !isNothing(missing)) this.report("discarded", missing);
  }

  /** Reports skipped ranges as unreadable without counting them. */
  giveUpSkipped(): void {
    const { skipped } = this.#cursor;
    if (skipped !== null) this.report("unreadable", atMost(skipped));
    this.#cursor.skipped = null;
  }

  report(kind: GapKind, missing: Missing): void {
    this.#listeners.reportGap(this.makeGap(kind, missing));
  }

  /** A gap from when the feed was last complete until now. */
  makeGap(kind: GapKind, missing: Missing): Gap {
    const toMs = this.#clock.now();
    const fromMs = Math.min(this.completeAtMs, toMs);
    return { subject: this.#subject, fromMs, toMs, kind, cause: null, missing, recovered: 0 };
  }

  /**
   * Counts the missing messages of skipped ranges. In a break, an unknown count becomes an upper bound.
   * @returns null if replicas disagree, so that the caller has to count again later
   */
  async #resolveSkipped(stream: Stream, isBreak: boolean): Promise<Missing | null> {
    const { skipped, inexactBefore } = this.#cursor;
    if (skipped === null) return NOTHING;
    const counted = { ...skipped };
    const isUnknown = (failure: AskFailure) => isBreak && failure === "not-loaded";
    const missing = await loadPart(import("./missing.ts"), stream.signal)
      .then(({ countMissing }) => countMissing(stream, counted, counted.after < inexactBefore))
      .catch(fallback<Missing | null>("unknown", isUnknown));
    // The link may have been lost right after its last answer.
    if (stream.signal.aborted) throw new AskError("ended");
    if (missing === null) return null;
    if (!this.#cursor.resolveSkipped(skipped, counted)) return NOTHING;
    if (missing !== "unknown") return missing;
    return isBreak ? atMost(counted) : NOTHING;
  }
}

const NOTHING: Missing = { exactly: 0 };

const atMost = ({ count }: SkippedRange): Missing => ({ atMost: count });

function isNothing(missing: Missing): boolean {
  return missing !== "unknown" && "exactly" in missing && missing.exactly === 0;
}
