import { leftMs } from "../clock.ts";
import type { Fault } from "../faults/fault.ts";
import type { Clock } from "../options.ts";
import { within } from "../within.ts";
import type { OnLink } from "./on-link.ts";
import type { OverlapSide } from "./overlap.ts";
import type { Interest, SubscribingLink } from "./wanted.ts";

/**
 * Two links overlap for at least so long, milliseconds, and for two round trips of both: a server's
 * neighbours must have heard of a subscription before what they publish reaches it, which no PONG shows.
 */
const SHORTEST_OVERLAP_MS = 1000;

/** A busy subject of which one link brings less is waited for at most so long, milliseconds. */
const LONGEST_OVERLAP_MS = 5000;

/** How often that is looked at, milliseconds. */
const LOOK_EVERY_MS = 100;

/** What one link brought and the other didn't in so long, milliseconds, isn't just late. */
const LATE_MS = 500;

/** The move from one link to another that is already open: both bring everything for a while. */
export class Move {
  readonly old: OnLink;
  readonly next: OnLink;
  /** Epoch milliseconds. */
  readonly startedAtMs: number;
  /** Since when the second link is the one that counts, and the first's server is asked for nothing more; null before. */
  tookOverAtMs: number | null = null;
  /** Once it is: why the first may have kept something; null when it has brought all that it had. */
  cause: Fault | null = null;
  readonly #clock: Clock;
  #oldEndedAtMs: number | null = null;
  #hasEnded = false;
  readonly #cancels = new Set<() => void>();

  constructor(old: OnLink, next: OnLink, clock: Clock) {
    this.old = old;
    this.next = next;
    this.#clock = clock;
    this.startedAtMs = clock.now();
  }

  /** Which of the two a message came over; null when it came over neither, or over the old one after its end. */
  sideOf(link: SubscribingLink): OverlapSide | null {
    if (link === this.next.link) return "new";
    return link === this.old.link && this.#oldEndedAtMs === null ? "old" : null;
  }

  /** Settles once the second link can take over: both have answered a PING, time has passed, and each brings what the other does. */
  async isSafe(interests: () => readonly Interest[]): Promise<void> {
    await Promise.all([this.next.link.flush(), this.old.link.flush()]);
    await this.#passed(this.startedAtMs, this.#shortestMs());
    const latestMs = this.startedAtMs + LONGEST_OVERLAP_MS;
    const isBehind = () => interests().some((interest) => this.isBehind(interest));
    // Counted too: the clock may be set back meanwhile.
    let looks = LONGEST_OVERLAP_MS / LOOK_EVERY_MS;
    for (; looks > 0 && this.#clock.now() < latestMs && isBehind(); looks -= 1)
      await this.#passed(this.#clock.now(), LOOK_EVERY_MS);
  }

  /**
   * Whether one link hasn't brought what the other did, though it had the time: the second what the first did lately, or
   * the first, if it had the subject all along, what the second did first. What was yet to come over the first then, and
   * the second's server had before it was asked, comes over neither.
   */
  isBehind(interest: Interest): boolean {
    const { overlap } = interest;
    if (overlap === null) return false;
    const nowMs = this.#clock.now();
    const untilMs = this.#oldEndedAtMs ?? nowMs - LATE_MS;
    const lateMs = (this.tookOverAtMs ?? nowMs) - LATE_MS;
    const { newFromMs, isOldSettled } = overlap;
    return (
      overlap.hasUnmatched("old", untilMs - LATE_MS, untilMs) ||
      (isOldSettled &&
        this.old.has(interest) &&
        overlap.hasUnmatched("new", newFromMs, Math.min(newFromMs + LATE_MS, lateMs)))
    );
  }

  /** The first link brings what it still has, within `deadlineMs`; false if it couldn't. */
  async drain(deadlineMs: number): Promise<boolean> {
    const leaving = [...this.old.subscriptions.values()];
    const drained = Promise.all(leaving.map((one) => one.drain())).then(() => true);
    const lost = this.old.link.gone.then(() => false);
    return within(this.#clock, deadlineMs, Promise.race([drained, lost]), false);
  }

  /** The first link has ended; settles once what the second had under way by then has come. */
  async inFlight(): Promise<void> {
    this.#oldEndedAtMs = this.#clock.now();
    await Promise.race([this.next.link.flush(), this.next.link.gone]).catch(() => {});
    await this.#passed(this.#oldEndedAtMs, this.#shortestMs());
  }

  /** Nothing waits for it any more. */
  end(): void {
    this.#hasEnded = true;
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }

  #shortestMs(): number {
    return Math.max(SHORTEST_OVERLAP_MS, 2 * ((this.old.link.rttMs ?? 0) + (this.next.link.rttMs ?? 0)));
  }

  /** Settles when so long has passed; never once the move has ended. */
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
