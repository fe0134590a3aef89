import { leftMs } from "../clock.ts";
import type { Fault } from "../faults/fault.ts";
import type { Clock } from "../options.ts";
import { within } from "../within.ts";
import type { Interest, SubscribingLink } from "./interest.ts";
import type { LinkSubscriptions } from "./link-subscriptions.ts";
import type { LinkRole } from "./overlap.ts";

/**
 * The minimum overlap of two links, milliseconds; two round trips of both if that is longer. A cluster's other
 * servers must learn of a subscription before they route messages to it, which no PONG shows.
 */
const SHORTEST_OVERLAP_MS = 1000;

/** How long the overlap lasts at most while one link lacks messages that the other brought, milliseconds. */
const LONGEST_OVERLAP_MS = 5000;

/** Interval of the checks whether a link lacks messages, milliseconds. */
const CHECK_EVERY_MS = 100;

/** A message that only one link has brought after this many milliseconds is missing on the other, not late. */
const LATE_MS = 500;

/** The move from one open link to another: both bring every message for a while. */
export class Move {
  readonly old: LinkSubscriptions;
  readonly next: LinkSubscriptions;
  readonly startedAtMs: number;
  /** When the new link became the current one, and the old link began to drain; null before. */
  switchedAtMs: number | null = null;
  /** After the switch: why the old link may not have brought everything; null once it has drained. */
  cause: Fault | null = null;
  readonly #clock: Clock;
  #oldEndedAtMs: number | null = null;
  #hasEnded = false;
  readonly #cancels = new Set<() => void>();

  constructor(old: LinkSubscriptions, next: LinkSubscriptions, clock: Clock) {
    this.old = old;
    this.next = next;
    this.#clock = clock;
    this.startedAtMs = clock.now();
  }

  /** A link's role; null for a link that isn't part of the move, and for the old link after its end. */
  roleOf(link: SubscribingLink): LinkRole | null {
    if (link === this.next.link) return "new";
    return link === this.old.link && this.#oldEndedAtMs === null ? "old" : null;
  }

  /** Settles once both links have answered a PING, the minimum has passed, and neither is behind or the maximum has passed. */
  async untilSafe(interests: () => readonly Interest[]): Promise<void> {
    await Promise.all([this.next.link.flush(), this.old.link.flush()]);
    await this.#passed(this.startedAtMs, this.#shortestMs());
    const latestMs = this.startedAtMs + LONGEST_OVERLAP_MS;
    const isBehind = () => interests().some((interest) => this.isBehind(interest));
    // The checks are counted too, as the wall clock may be set back meanwhile.
    let checks = LONGEST_OVERLAP_MS / CHECK_EVERY_MS;
    for (; checks > 0 && this.#clock.now() < latestMs && isBehind(); checks -= 1)
      await this.#passed(this.#clock.now(), CHECK_EVERY_MS);
  }

  /**
   * Whether a link lacks a message that the other brought long enough ago: the new link one of the old link's
   * last messages, or the old link (if it had the subject all along) one of the new link's first. Leaving an
   * old link that is behind loses messages: those that passed the new link's server before its SUB.
   */
  isBehind(interest: Interest): boolean {
    const { overlap } = interest;
    if (overlap === null) return false;
    const nowMs = this.#clock.now();
    const untilMs = this.#oldEndedAtMs ?? nowMs - LATE_MS;
    const lateMs = (this.switchedAtMs ?? nowMs) - LATE_MS;
    const { newFromMs, isOldSettled } = overlap;
    return (
      overlap.hasUnmatched("old", untilMs - LATE_MS, untilMs) ||
      (isOldSettled &&
        this.old.has(interest) &&
        overlap.hasUnmatched("new", newFromMs, Math.min(newFromMs + LATE_MS, lateMs)))
    );
  }

  /** Drains the old link. @returns false if that takes longer than `deadlineMs` or the link is lost */
  async drain(deadlineMs: number): Promise<boolean> {
    const leaving = [...this.old.subscriptions.values()];
    const drained = Promise.all(leaving.map((one) => one.drain())).then(() => true);
    const lost = this.old.link.gone.then(() => false);
    return within(this.#clock, deadlineMs, Promise.race([drained, lost]), false);
  }

  /** The old link brings nothing more: settles once all that was under way on the new link by then has arrived. */
  async untilArrived(): Promise<void> {
    this.#oldEndedAtMs = this.#clock.now();
    await Promise.race([this.next.link.flush(), this.next.link.gone]).catch(() => {});
    await this.#passed(this.#oldEndedAtMs, this.#shortestMs());
  }

  /** Ends every wait of this move; their promises never settle. */
  end(): void {
    this.#hasEnded = true;
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }

  #shortestMs(): number {
    return Math.max(SHORTEST_OVERLAP_MS, 2 * ((this.old.link.rttMs ?? 0) + (this.next.link.rttMs ?? 0)));
  }

  #passed(sinceMs: number, forMs: number): Promise<void> {
    return new Promise((settle) => {
      if (this.#hasEnded) return;
      const cancel = this.#clock.after(leftMs(this.#clock, sinceMs, forMs), () => {
        this.#cancels.delete(cancel);
        settle();
      });
      this.#cancels.add(cancel);
    });
  }
}
