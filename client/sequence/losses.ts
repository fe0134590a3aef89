import type { Fault } from "../faults/fault.ts";
import type { Clock } from "../options.ts";
import type { Gap, GapKind, Missing } from "../subscriptions/gap.ts";
import type { Audience } from "./audience.ts";
import type { Place, Unproven } from "./place.ts";
import { AskError, type AskFailure } from "./port.ts";
import type { Stream } from "./stream.ts";
import { loaded, pause, unanswered } from "./wait.ts";

/** So often more, with so long between, replicas that contradict each other are asked before a break is told, milliseconds. */
const AGREE_TURNS = 3;
const AGREE_MS = 1000;

/** When messages began to be missed, why, and how many of them have come since. */
interface Break {
  readonly fromMs: number;
  readonly cause: Fault | null;
  recovered: number;
}

/** What a feed misses: since when, how much of it came after all, and what its listeners are told of it. */
export class Losses {
  readonly #subject: string;
  readonly #clock: Clock;
  readonly #place: Place;
  readonly #audience: Audience;
  #break: Break | null = null;
  /** When all was known to have come, epoch milliseconds. */
  completeMs: number;

  constructor(subject: string, clock: Clock, place: Place, audience: Audience) {
    this.#subject = subject;
    this.#clock = clock;
    this.#place = place;
    this.#audience = audience;
    this.completeMs = clock.now();
  }

  /** All has come up to now. */
  complete(): void {
    this.completeMs = this.#clock.now();
  }

  /** A message came later than it would have. */
  recover(): void {
    if (this.#break !== null) this.#break.recovered += 1;
  }

  /** Nothing can come from now on; `cause` is null when the user wanted that. */
  begin(cause: Fault | null): void {
    this.#break ??= { fromMs: this.completeMs, cause, recovered: 0 };
  }

  /**
   * All has come up to now; what a break kept away, too, or it never will.
   * @param readyMs when the link was there, epoch milliseconds
   */
  async heal(stream: Stream, readyMs: number): Promise<void> {
    // A link that has gone meanwhile has begun another, which is told with this one.
    if (stream.signal.aborted) return;
    this.complete();
    if (this.#break === null) return;
    let found = await this.#settle(stream, true);
    for (let turn = 1; found === null && turn <= AGREE_TURNS; turn += 1) {
      await pause(this.#clock, AGREE_MS, stream.signal);
      found = await this.#settle(stream, true);
    }
    const missing = found ?? NOTHING;
    const { fromMs, cause, recovered } = this.#break;
    this.#break = null;
    const kind = isNothing(missing) ? (cause === null ? "stop" : "break") : "discarded";
    const toMs = Math.max(fromMs, readyMs);
    this.#audience.gap({ ...this.gap(kind, missing), fromMs, toMs, cause, recovered });
  }

  /** Tells what became of the sequences that nobody named; those of a break are told at its end, where that can be waited for. */
  async look(stream: Stream, canWait = true): Promise<void> {
    const isBreak = this.#break !== null;
    if (isBreak && canWait) return;
    const missing = await this.#settle(stream, isBreak).catch(unanswered(NOTHING));
    if (missing !== null && !isNothing(missing)) this.tell("discarded", missing);
  }

  /** Nobody will find out what became of them. */
  giveUp(): void {
    const { unproven } = this.#place;
    if (unproven !== null) this.tell("unreadable", atMost(unproven));
    this.#place.unproven = null;
  }

  tell(kind: GapKind, missing: Missing): void {
    this.#audience.gap(this.gap(kind, missing));
  }

  /** A gap from when all was known to have come until now. */
  gap(kind: GapKind, missing: Missing): Gap {
    const toMs = this.#clock.now();
    const fromMs = Math.min(this.completeMs, toMs);
    return { subject: this.#subject, fromMs, toMs, kind, cause: null, missing, recovered: 0 };
  }

  /**
   * Finds out what became of the sequences that nobody named; where a break can't learn it, an upper bound is still known.
   * @returns null where replicas contradict each other: that is left to a later look
   */
  async #settle(stream: Stream, isBreak: boolean): Promise<Missing | null> {
    const { unproven, guess } = this.#place;
    if (unproven === null) return NOTHING;
    const asked = { ...unproven };
    const isTold = (failure: AskFailure) => isBreak && failure === "not-loaded";
    const missing = await loaded(import("./missing.ts"), stream.signal)
      .then(({ missingOf }) => missingOf(stream, asked, asked.after < guess))
      .catch(unanswered<Missing | null>("unknown", isTold));
    // As above: it may have gone together with its last answer.
    if (stream.signal.aborted) throw new AskError("ended");
    if (missing === null) return null;
    if (!this.#place.settle(unproven, asked)) return NOTHING;
    if (missing !== "unknown") return missing;
    return isBreak ? atMost(asked) : NOTHING;
  }
}

const NOTHING: Missing = { exactly: 0 };

const atMost = ({ count }: Unproven): Missing => ({ atMost: count });

function isNothing(missing: Missing): boolean {
  return missing !== "unknown" && "exactly" in missing && missing.exactly === 0;
}
