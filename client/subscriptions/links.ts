import { type Fault, fault } from "../faults/fault.ts";
import type { Message } from "../message.ts";
import type { Clock } from "../options.ts";
import type { Feeds } from "./feeds.ts";
import type { Missing } from "./gap.ts";
import type { Gaps } from "./gaps.ts";
import type { Interests } from "./interests.ts";
import { Move } from "./move.ts";
import { OnLink } from "./on-link.ts";
import { APART_MS } from "./overlap.ts";
import { KEPT_MS } from "./recent.ts";
import type { Interest, SubscribingLink } from "./wanted.ts";

/** What the server refused, or couldn't be loaded, is asked for again after so long, milliseconds: both change while a link lives. */
const ASK_AGAIN_MS = 60_000;

/** What the links are held against. */
export interface LinksParts {
  readonly interests: Interests;
  readonly feeds: Feeds;
  readonly gaps: Gaps;
  readonly clock: Clock;
  denied(subject: string, fault: Fault): void;
}

/** Gives each link what is wanted, and tells what was missed between them. */
export class Links {
  readonly #parts: LinksParts;
  readonly #interests: Interests;
  /** The link that counts; null while there is none. */
  #current: OnLink | null = null;
  /** The move to another link; null while there is one link, or none. */
  #move: Move | null = null;
  #cancelAskAgain: (() => void) | null = null;
  /** Since when a link that followed a lost one may bring again what that one did, epoch milliseconds. */
  #echoesFromMs = 0;
  #cancelEchoes: (() => void) | null = null;

  constructor(parts: LinksParts) {
    this.#parts = parts;
    this.#interests = parts.interests;
  }

  /** Gives a fresh link exactly what is wanted, once. */
  attach(link: SubscribingLink): void {
    const current = new OnLink(link);
    this.#current = current;
    const { clock } = this.#parts;
    const all = this.#interests.ready();
    this.#echoesFromMs = clock.now();
    for (const interest of all) {
      // Who switched off and on again wants what comes now, also where it says what the last message said.
      if (interest.brokenSince?.cause) interest.expectEchoes(this.#echoesFromMs, APART_MS);
    }
    this.#cancelEchoes = clock.after(APART_MS, () => {
      this.#tellEchoes();
      this.#cancelEchoes = clock.after(KEPT_MS, () => this.#tellEchoes());
    });
    for (const interest of all) this.#subscribe(interest, current);
    for (const interest of all) interest.asked();
    this.#confirm(all, current);
    this.#loadMissing();
  }

  /** Gives all that is wanted to a second link too; settles once nothing is lost if it takes over, never if it ends first. */
  async overlap(link: SubscribingLink): Promise<void> {
    const old = this.#current;
    if (old === null) return;
    if (this.#move !== null) this.#endMove();
    const next = new OnLink(link);
    const move = new Move(old, next, this.#parts.clock);
    this.#move = move;
    for (const interest of this.#interests.ready()) this.#subscribeNext(interest, next);
    await move.isSafe(() => this.#interests.ready());
  }

  /**
   * The second link takes over; the first brings what it still has, unless it was lost.
   * @returns whether it could, within `deadlineMs`
   */
  async promote(deadlineMs: number, lost: Fault | null): Promise<boolean> {
    const move = this.#move;
    if (move === null) return false;
    move.cause = lost ?? fault("timeout", { phase: "draining" });
    this.#goOver(move);
    const whole = lost === null && (await move.drain(deadlineMs));
    if (whole) move.cause = null;
    // The first brings nothing any more, the second what it still has under way.
    if (this.#move === move) {
      await move.inFlight();
      if (this.#move === move) this.#endMove();
    }
    return whole;
  }

  /**
   * The second link is gone, before it took over: the first is as good as before, and brings yet what that one brought
   * first; of a queue group's messages it brings none that the server had given to that one.
   */
  abandon(): void {
    const nowMs = this.#parts.clock.now();
    const next = this.#coming;
    for (const interest of this.#interests) {
      if (interest.queue === null || interest.status !== "active" || !next?.has(interest)) continue;
      const { completeUntilMs } = next.link;
      this.#parts.gaps.tell(interest, { atMs: completeUntilMs, cause: null }, nowMs, "handover");
    }
    this.#move?.end();
    this.#move = null;
    const outstanding = [...this.#interests].flatMap((interest) => interest.endOverlap(nowMs) ?? []);
    if (outstanding.length === 0) return;
    const answered = () => {
      // Other servers may be so far behind the one that has brought now what it had.
      for (const expected of outstanding) expected.untilMs = this.#parts.clock.now() + APART_MS;
    };
    // A flush that fails means that the link ended, which is told elsewhere.
    this.#current?.link.flush().then(answered, () => {});
  }

  /** The second link, before it takes over. */
  get #coming(): OnLink | null {
    return this.#move?.tookOverAtMs === null ? this.#move.next : null;
  }

  /** There is one link from now on, or none; a move whose first link still drains is judged as it stands. */
  #endMove(): void {
    if (this.#move !== null && this.#move.tookOverAtMs !== null) this.#tellDoubts(this.#move);
    this.#move?.end();
    this.#move = null;
    for (const interest of this.#interests) interest.expectNothing();
  }

  /** The link is gone or leaving; `cause` is null when that is what the user wanted. */
  detach(cause: Fault | null): void {
    const current = this.#current;
    if (current === null) return;
    this.#endMove();
    this.#tellEchoes();
    this.#cancelAskAgain?.();
    this.#cancelAskAgain = null;
    this.#current = null;
    for (const interest of this.#interests) {
      interest.feed?.gone(cause);
      interest.broken(current.link.completeUntilMs, cause);
    }
  }

  /** The link was silent or late from `fromMs` on, and is back: a server that thaws drops what its peers had for it. */
  slow(fromMs: number, cause: Fault): void {
    const toMs = this.#parts.clock.now();
    for (const interest of this.#interests) {
      if (interest.status === "active")
        this.#parts.gaps.tell(interest, { atMs: fromMs, cause }, toMs, "slow");
    }
  }

  /** The server refused one subject on a link, to one queue group if `queue` names it. */
  deny(link: SubscribingLink, subject: string, queue: string | null, reason: Fault): void {
    const on = this.#onLink(link);
    if (on === null) return;
    for (const interest of this.#interests) {
      if (interest.liveSubject === subject && interest.queue === queue) this.#deny(interest, on, reason);
    }
  }

  /**
   * The server had no room for one subscription more and didn't say for which.
   * It reads SUBs in order, so it is the last that isn't confirmed or refused yet.
   */
  denyLast(link: SubscribingLink, reason: Fault): void {
    const on = this.#onLink(link);
    if (on === null) return;
    const isOpen = ({ status }: Interest) => on !== this.#current || status !== "active";
    const last = [...on.subscriptions.keys()].findLast(isOpen);
    if (last !== undefined) this.#deny(last, on, reason);
  }

  /** What a link has; null for one that retires: what that refuses comes over the one that took over. */
  #onLink(link: SubscribingLink): OnLink | null {
    return [this.#current, this.#coming].find((on) => on?.link === link) ?? null;
  }

  /** A subject is wanted that wasn't before. */
  want(interest: Interest): void {
    this.#interests.add(interest);
    if (interest.isReady) this.#ask(interest);
    else this.#load(interest);
  }

  /** Nobody wants it any more. */
  leave(interest: Interest): void {
    if (!this.#interests.remove(interest)) return;
    interest.feed?.end();
    this.#current?.leave(interest);
    this.#coming?.leave(interest);
  }

  // --- one subject ---

  #load(interest: Interest): void {
    const failed = () => {
      interest.isNotLoaded = true;
      interest.tellStatus();
      if (this.#current !== null) this.#askLater();
    };
    void this.#parts.feeds.load(interest, () => this.#ask(interest), failed);
  }

  #loadMissing(): void {
    for (const interest of this.#interests) if (!interest.isReady) this.#load(interest);
  }

  #ask(interest: Interest): void {
    const current = this.#current;
    if (current?.link.isLive) {
      this.#subscribe(interest, current);
      this.#confirm([interest], current);
    }
    const next = this.#coming;
    if (next?.link.isLive) this.#subscribeNext(interest, next);
  }

  #subscribe(interest: Interest, on: OnLink): void {
    const { liveSubject, queue } = interest;
    const take = interest.receiver();
    const subscription = on.link.subscribe(liveSubject, queue, (message) => {
      // Frames that came before a link was lost may be read after it: they count, unless unwanted by now.
      if (!this.#interests.has(interest)) return;
      if (this.#isWanted(interest, on.link, message)) take(message);
    });
    on.subscriptions.set(interest, subscription);
    on.refused.delete(interest);
  }

  /** Whether no other link has brought it already, or will. */
  #isWanted(interest: Interest, link: SubscribingLink, message: Message): boolean {
    const { source } = interest;
    const [current, move] = [this.#current?.link, this.#move];
    // Sequences tell what is a repeat; what only announces one counts on the link that is followed.
    if (source !== null) return source.republished !== undefined || link === current;
    const side = move?.sideOf(link) ?? (move === null && (current ?? link) === link ? "only" : null);
    return !interest.isRepeat(message, side, link === (move?.next.link ?? current), this.#parts.clock);
  }

  #subscribeNext(interest: Interest, next: OnLink): void {
    this.#subscribe(interest, next);
    if (interest.source !== null || this.#move === null) return;
    interest.overlaps(this.#move, this.#parts.clock.now());
  }

  /** One PONG after the SUBs shows that the server has read them all. */
  #confirm(list: readonly Interest[], on: OnLink): void {
    if (list.length === 0) return;
    const answered = () => {
      for (const interest of list) this.#confirmed(interest, on);
    };
    // A flush that fails means that the link ended, which is told elsewhere.
    on.link.flush().then(answered, () => {});
  }

  #confirmed(interest: Interest, on: OnLink): void {
    if (this.#current !== on || !on.has(interest) || interest.status === "active") return;
    const nowMs = this.#parts.clock.now();
    const brokenSince = interest.confirmed();
    interest.feed?.ready(on.link);
    if (brokenSince !== null)
      this.#parts.gaps.tell(interest, brokenSince, nowMs, brokenSince.cause === null ? "stop" : "break");
    for (const listener of interest.listeners) listener.promisedFromMs ??= nowMs;
  }

  #deny(interest: Interest, on: OnLink, reason: Fault): void {
    // Where the server doesn't say which it has no room for, nats.ws would keep it.
    on.leave(interest);
    if (on !== this.#current) {
      // The other link brings it until this one takes over, if it ever does.
      on.refused.set(interest, reason);
      return;
    }
    const isNews = interest.status !== "denied";
    interest.feed?.gone(reason);
    // What the first of two links kept away is missing too.
    const { completeUntilMs } = on.link;
    const atMs = Math.min(completeUntilMs, this.#move?.old.link.completeUntilMs ?? completeUntilMs);
    interest.denied(atMs, reason);
    if (isNews) this.#parts.denied(interest.liveSubject, reason);
    this.#askLater();
  }

  #askLater(): void {
    this.#cancelAskAgain ??= this.#parts.clock.after(ASK_AGAIN_MS, () => this.#askAgain());
  }

  #askAgain(): void {
    this.#cancelAskAgain = null;
    const current = this.#current;
    if (!current?.link.isLive) return;
    const refused = this.#interests
      .ready()
      .filter((interest) => interest.status === "denied" && !current.has(interest));
    for (const interest of refused) this.#subscribe(interest, current);
    this.#confirm(refused, current);
    this.#loadMissing();
  }

  // --- moving to another link ---

  /** Everything goes by the second link from now on. */
  #goOver(move: Move): void {
    const { next } = move;
    move.tookOverAtMs = this.#parts.clock.now();
    this.#current = next;
    for (const [interest, reason] of next.refused) this.#deny(interest, next, reason);
    const unconfirmed = [];
    for (const interest of this.#interests.ready()) {
      if (!next.has(interest)) continue;
      if (interest.status !== "active") unconfirmed.push(interest);
      else interest.feed?.ready(next.link);
    }
    for (const interest of unconfirmed) interest.asked();
    this.#confirm(unconfirmed, next);
  }

  /** Tells what two links could not tell apart, and what one of them may have kept to itself. */
  #tellDoubts(move: Move): void {
    const { cause } = move;
    const toMs = this.#parts.clock.now();
    for (const interest of this.#interests) {
      const { overlap } = interest;
      if (overlap === null || interest.status !== "active") continue;
      const isUncertain = cause !== null || move.isBehind(interest);
      const { doubtful } = overlap;
      const missing: Missing = isUncertain ? "unknown" : { atMost: doubtful };
      if (!isUncertain && doubtful === 0) continue;
      const atMs = cause === null ? move.startedAtMs : move.old.link.completeUntilMs;
      this.#parts.gaps.tell(interest, { atMs, cause }, toMs, "handover", missing);
    }
  }

  /** Tells what was taken for a repeat of what a lost link had brought: nothing shows that it was. */
  #tellEchoes(): void {
    this.#cancelEchoes?.();
    this.#cancelEchoes = null;
    const since = { atMs: this.#echoesFromMs, cause: null };
    for (const interest of this.#interests) {
      const { atMost, toMs } = interest.takeDoubtful();
      if (atMost > 0) this.#parts.gaps.tell(interest, since, toMs, "handover", { atMost });
    }
  }
}
