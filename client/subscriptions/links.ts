import { type Fault, fault } from "../faults/fault.ts";
import type { Message } from "../message.ts";
import type { Clock } from "../options.ts";
import type { Feeds } from "./feeds.ts";
import type { Missing } from "./gap.ts";
import type { Gaps } from "./gaps.ts";
import type { Interest, SubscribingLink } from "./interest.ts";
import type { Interests } from "./interests.ts";
import { LinkSubscriptions } from "./link-subscriptions.ts";
import { Move } from "./move.ts";
import { REPEAT_WITHIN_MS } from "./overlap.ts";
import { RECENT_MS } from "./recent.ts";

/** Milliseconds until refused subjects, and code that failed to load, are tried again on the same link. */
const RETRY_MS = 60_000;

export interface LinksParts {
  readonly interests: Interests;
  readonly feeds: Feeds;
  readonly gaps: Gaps;
  readonly clock: Clock;
  onDenied(subject: string, fault: Fault): void;
}

/** Subscribes every interest on each link, and reports the gaps between links. */
export class Links {
  readonly #parts: LinksParts;
  readonly #interests: Interests;
  /** The link in use; null while there is none. */
  #current: LinkSubscriptions | null = null;
  /** The move to another link; null unless two links overlap. */
  #move: Move | null = null;
  #cancelRetry: (() => void) | null = null;
  /** Since when the link that followed a lost one may repeat that one's messages, epoch milliseconds. */
  #repeatsFromMs = 0;
  #cancelRepeatsReport: (() => void) | null = null;

  constructor(parts: LinksParts) {
    this.#parts = parts;
    this.#interests = parts.interests;
  }

  /** Subscribes every interest once on a fresh link. */
  attach(link: SubscribingLink): void {
    const current = new LinkSubscriptions(link);
    this.#current = current;
    const { clock } = this.#parts;
    const all = this.#interests.ready();
    this.#repeatsFromMs = clock.now();
    for (const interest of all) {
      // After a stop a message is never dropped as a repeat: the user asked for whatever comes from now on.
      if (interest.brokenSince?.cause) interest.expectLateRepeats(this.#repeatsFromMs, REPEAT_WITHIN_MS);
    }
    this.#cancelRepeatsReport = clock.after(REPEAT_WITHIN_MS, () => {
      this.#reportRepeats();
      this.#cancelRepeatsReport = clock.after(RECENT_MS, () => this.#reportRepeats());
    });
    for (const interest of all) this.#subscribe(interest, current);
    for (const interest of all) interest.markRequested();
    this.#confirm(all, current);
    this.#loadMissing();
  }

  /**
   * Subscribes every interest on a second link too. Settles once that link can take over, if possible without
   * a loss; rejects or never settles if it ends first.
   */
  async overlap(link: SubscribingLink): Promise<void> {
    const old = this.#current;
    if (old === null) return;
    if (this.#move !== null) this.#endMove();
    const next = new LinkSubscriptions(link);
    const move = new Move(old, next, this.#parts.clock);
    this.#move = move;
    for (const interest of this.#interests.ready()) this.#subscribeNext(interest, next);
    await move.untilSafe(() => this.#interests.ready());
  }

  /**
   * Makes the new link the current one, and drains the old link unless that was lost.
   * @returns whether the old link was drained within `deadlineMs`
   */
  async promote(deadlineMs: number, lost: Fault | null): Promise<boolean> {
    const move = this.#move;
    if (move === null) return false;
    move.cause = lost ?? fault("timeout", { phase: "draining" });
    this.#switchTo(move);
    const isDrained = lost === null && (await move.drain(deadlineMs));
    if (isDrained) move.cause = null;
    // The old link brings nothing more, but repeats of its messages may still be under way on the new link.
    if (this.#move === move) {
      await move.untilArrived();
      if (this.#move === move) this.#endMove();
    }
    return isDrained;
  }

  /**
   * The new link ended before it took over: the old link stays, and still brings its copies of what the new
   * link brought first. Messages of a queue group that the server gave to the new link may be lost, hence the gap.
   */
  abandon(): void {
    const nowMs = this.#parts.clock.now();
    const next = this.#nextLink;
    for (const interest of this.#interests) {
      if (interest.queue === null || interest.status !== "active" || !next?.has(interest)) continue;
      const { completeUntilMs } = next.link;
      this.#parts.gaps.report(interest, { atMs: completeUntilMs, cause: null }, nowMs, "handover");
    }
    this.#move?.end();
    this.#move = null;
    const pending = [...this.#interests].flatMap((interest) => interest.endOverlap(nowMs) ?? []);
    if (pending.length === 0) return;
    const answered = () => {
      // Messages from the cluster's other servers may reach the old link this long after its PONG.
      for (const expected of pending) expected.untilMs = this.#parts.clock.now() + REPEAT_WITHIN_MS;
    };
    // A flush fails only when the link ends, and detach() handles that.
    this.#current?.link.flush().then(answered, () => {});
  }

  /** The new link of a move, until it takes over. */
  get #nextLink(): LinkSubscriptions | null {
    return this.#move?.switchedAtMs === null ? this.#move.next : null;
  }

  /** Ends the overlap; if the old link is still draining, doubts are reported as they stand now. */
  #endMove(): void {
    if (this.#move !== null && this.#move.switchedAtMs !== null) this.#reportDoubtful(this.#move);
    this.#move?.end();
    this.#move = null;
    for (const interest of this.#interests) interest.clearExpectations();
  }

  /** The current link is lost or closing; `cause` is null when the user stopped it. */
  detach(cause: Fault | null): void {
    const current = this.#current;
    if (current === null) return;
    this.#endMove();
    this.#reportRepeats();
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    this.#current = null;
    for (const interest of this.#interests) {
      interest.feed?.onLinkLost(cause);
      interest.markBroken(current.link.completeUntilMs, cause);
    }
  }

  /**
   * Reports a gap from `fromMs` on: the link was silent or late and has recovered.
   * A server that was frozen drops what its cluster peers had queued for it.
   */
  reportSlow(fromMs: number, cause: Fault): void {
    const toMs = this.#parts.clock.now();
    for (const interest of this.#interests) {
      if (interest.status === "active")
        this.#parts.gaps.report(interest, { atMs: fromMs, cause }, toMs, "slow");
    }
  }

  /** The server refused a subject on a link; with `queue`, only to that queue group. */
  deny(link: SubscribingLink, subject: string, queue: string | null, reason: Fault): void {
    const on = this.#subscriptionsOn(link);
    if (on === null) return;
    for (const interest of this.#interests) {
      if (interest.liveSubject === subject && interest.queue === queue) this.#deny(interest, on, reason);
    }
  }

  /**
   * The server reached its limit of subscriptions, and didn't say which one it refused. It reads SUBs in
   * order, so it is the last one that is neither confirmed nor refused.
   */
  denyLast(link: SubscribingLink, reason: Fault): void {
    const on = this.#subscriptionsOn(link);
    if (on === null) return;
    const isUnconfirmed = ({ status }: Interest) => on !== this.#current || status !== "active";
    const last = [...on.subscriptions.keys()].findLast(isUnconfirmed);
    if (last !== undefined) this.#deny(last, on, reason);
  }

  /** A link's subscriptions; null for a retiring link, whose refusals no longer matter. */
  #subscriptionsOn(link: SubscribingLink): LinkSubscriptions | null {
    return [this.#current, this.#nextLink].find((on) => on?.link === link) ?? null;
  }

  addInterest(interest: Interest): void {
    this.#interests.add(interest);
    if (interest.isReady) this.#subscribeEverywhere(interest);
    else this.#load(interest);
  }

  removeInterest(interest: Interest): void {
    if (!this.#interests.remove(interest)) return;
    interest.feed?.end();
    this.#current?.unsubscribe(interest);
    this.#nextLink?.unsubscribe(interest);
  }

  // --- one interest ---

  #load(interest: Interest): void {
    const failed = () => {
      interest.isNotLoaded = true;
      interest.reportStatus();
      if (this.#current !== null) this.#scheduleRetry();
    };
    void this.#parts.feeds.load(interest, () => this.#subscribeEverywhere(interest), failed);
  }

  #loadMissing(): void {
    for (const interest of this.#interests) if (!interest.isReady) this.#load(interest);
  }

  #subscribeEverywhere(interest: Interest): void {
    const current = this.#current;
    if (current?.link.isLive) {
      this.#subscribe(interest, current);
      this.#confirm([interest], current);
    }
    const next = this.#nextLink;
    if (next?.link.isLive) this.#subscribeNext(interest, next);
  }

  #subscribe(interest: Interest, on: LinkSubscriptions): void {
    const receive = interest.createReceiver();
    const subscription = on.link.subscribe(interest.liveSubject, interest.queue, (message) => {
      // Frames that arrived before a link was lost may be read afterwards. They count while the interest exists.
      if (this.#interests.has(interest) && this.#isNew(interest, on.link, message)) receive(message);
    });
    on.subscriptions.set(interest, subscription);
    on.refused.delete(interest);
  }

  /** False for a repeat of another link's message, or for one that the current link will bring too. */
  #isNew(interest: Interest, link: SubscribingLink, message: Message): boolean {
    const { source } = interest;
    const [current, move] = [this.#current?.link, this.#move];
    // Republished messages carry sequences, so the feed finds repeats itself. Otherwise a live message only
    // announces that the stream has more, which counts on the current link alone.
    if (source !== null) return source.republished !== undefined || link === current;
    const role = move?.roleOf(link) ?? (move === null && (current ?? link) === link ? "only" : null);
    return !interest.isRepeat(message, role, link === (move?.next.link ?? current), this.#parts.clock);
  }

  #subscribeNext(interest: Interest, next: LinkSubscriptions): void {
    this.#subscribe(interest, next);
    if (interest.source !== null || this.#move === null) return;
    interest.beginOverlap(this.#move, this.#parts.clock.now());
  }

  /** One PONG after the SUBs shows that the server has read them all. */
  #confirm(list: readonly Interest[], on: LinkSubscriptions): void {
    if (list.length === 0) return;
    const answered = () => {
      for (const interest of list) this.#confirmed(interest, on);
    };
    // A flush fails only when the link ends, and detach() handles that.
    on.link.flush().then(answered, () => {});
  }

  #confirmed(interest: Interest, on: LinkSubscriptions): void {
    if (this.#current !== on || !on.has(interest) || interest.status === "active") return;
    const nowMs = this.#parts.clock.now();
    const brokenSince = interest.markActive();
    interest.feed?.useLink(on.link);
    if (brokenSince !== null)
      this.#parts.gaps.report(interest, brokenSince, nowMs, brokenSince.cause === null ? "stop" : "break");
    for (const listener of interest.listeners) listener.activeSinceMs ??= nowMs;
  }

  #deny(interest: Interest, on: LinkSubscriptions, reason: Fault): void {
    // nats.ws would keep a subscription whose refusal doesn't name its subject.
    on.unsubscribe(interest);
    if (on !== this.#current) {
      // The old link brings the subject until this link takes over, if it ever does.
      on.refused.set(interest, reason);
      return;
    }
    const wasDenied = interest.status === "denied";
    interest.feed?.onLinkLost(reason);
    // During a move the old link may not have brought everything either.
    const { completeUntilMs } = on.link;
    const atMs = Math.min(completeUntilMs, this.#move?.old.link.completeUntilMs ?? completeUntilMs);
    interest.markDenied(atMs, reason);
    if (!wasDenied) this.#parts.onDenied(interest.liveSubject, reason);
    this.#scheduleRetry();
  }

  #scheduleRetry(): void {
    this.#cancelRetry ??= this.#parts.clock.after(RETRY_MS, () => this.#retryRefused());
  }

  #retryRefused(): void {
    this.#cancelRetry = null;
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

  /** Makes the new link the current one. */
  #switchTo(move: Move): void {
    const { next } = move;
    move.switchedAtMs = this.#parts.clock.now();
    this.#current = next;
    for (const [interest, reason] of next.refused) this.#deny(interest, next, reason);
    const unconfirmed = [];
    for (const interest of this.#interests.ready()) {
      if (!next.has(interest)) continue;
      if (interest.status !== "active") unconfirmed.push(interest);
      else interest.feed?.useLink(next.link);
    }
    for (const interest of unconfirmed) interest.markRequested();
    this.#confirm(unconfirmed, next);
  }

  /** Reports what the old link may have kept back, and repeats that may have been different messages. */
  #reportDoubtful(move: Move): void {
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
      this.#parts.gaps.report(interest, { atMs, cause }, toMs, "handover", missing);
    }
  }

  /** Reports messages dropped as repeats of a lost link's messages: nothing proves that they were. */
  #reportRepeats(): void {
    this.#cancelRepeatsReport?.();
    this.#cancelRepeatsReport = null;
    const since = { atMs: this.#repeatsFromMs, cause: null };
    for (const interest of this.#interests) {
      const { atMost, toMs } = interest.takeDoubtfulCount();
      if (atMost > 0) this.#parts.gaps.report(interest, since, toMs, "handover", { atMost });
    }
  }
}
