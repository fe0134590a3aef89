import type { Connection } from "../connection/connection.ts";
import type { Fault } from "../faults/fault.ts";
import type { Message } from "../message.ts";
import type { Clock } from "../options.ts";
import type { SequencedFeed } from "../sequence/feed.ts";
import type { SequenceState, StreamSource } from "../sequence/port.ts";
import { contentOf } from "./content.ts";
import type { ExpectedRepeats } from "./expected-repeats.ts";
import type { Break, Gap } from "./gap.ts";
import { type LinkRole, Overlap, type SwitchTime } from "./overlap.ts";
import { Recent } from "./recent.ts";
import type { Listener, ListenerTarget, SubscriptionStatus } from "./subscription.ts";

/** The part of a connection that subscriptions need. */
export type SubscribingLink = Pick<
  Connection,
  "isLive" | "completeUntilMs" | "rttMs" | "subscribe" | "flush" | "ask" | "gone"
>;

/** Subscribers with equal keys share one subscription on the server. */
export interface SubscriptionKey {
  readonly subject: string;
  readonly queue: string | null;
  /** Null for core messages. */
  readonly source: StreamSource | null;
}

/** One subscription on the server, shared by all listeners of its subject, queue and stream. */
export class Interest implements ListenerTarget {
  readonly subject: string;
  readonly queue: string | null;
  readonly key: string;
  readonly source: StreamSource | null;
  /** The subject of the SUB. */
  readonly liveSubject: string;
  status: SubscriptionStatus = "requested";
  /** Why the server refused the subject, while `denied`. */
  fault: Fault | null = null;
  /** Since when messages may have been missed; null while active, and before it was first active. */
  brokenSince: Break | null = null;
  listeners: readonly Listener[] = [];
  /** The messages of both links while two overlap; always null for a feed by sequence. */
  overlap: Overlap | null = null;
  /** Messages that a new link brought before it was abandoned: the old link still brings its copies. */
  #pendingRepeats: ExpectedRepeats | null = null;
  /** The last core messages. The server of a new link may be behind, and send some of them again. */
  readonly #recent = new Recent();
  /** The recent messages that the newest link may repeat … */
  #lateRepeats: ExpectedRepeats | null = null;
  /** … and, during a move, those that the old link may repeat because it followed a lost link itself. */
  #oldLateRepeats: ExpectedRepeats | null = null;
  /** Messages dropped as repeats without a second link to prove it, and when the last one came. */
  #doubtful = { atMost: 0, toMs: 0 };
  /** Null for core messages, and until the code for feeds by sequence has been loaded. */
  feed: SequencedFeed | null = null;
  /** Whether the last attempt to load the code for feeds failed. */
  isNotLoaded = false;

  constructor({ subject, queue, source }: SubscriptionKey) {
    this.subject = subject;
    this.queue = queue;
    this.source = source;
    this.key = keyOf({ subject, queue, source });
    this.liveSubject = source?.republished ?? subject;
  }

  get sequence(): SequenceState | null {
    if (this.source === null) return null;
    if (this.feed !== null) return this.feed.state;
    if (!this.isNotLoaded) return { state: "opening", lastSequence: null };
    return { state: "unreadable", reason: "not-loaded", lastSequence: null };
  }

  /** Whether it can be subscribed: messages that come before its feed exists would be lost. */
  get isReady(): boolean {
    return this.source === null || this.feed !== null;
  }

  // A break lasts until the server confirms the subscription. A second break before that extends the first.

  /** A SUB was sent, on a fresh link or again after a refusal. */
  markRequested(): void {
    this.#setStatus("requested", null);
  }

  /** A PONG came after the SUB. @returns the break that is over */
  markActive(): Break | null {
    const { brokenSince } = this;
    this.brokenSince = null;
    this.#setStatus("active", null);
    return brokenSince;
  }

  /** The link ended, and messages may be missed from `atMs` on. A refusal stands until the next SUB. */
  markBroken(atMs: number, cause: Fault | null): void {
    if (this.status !== "active") return;
    this.brokenSince = { atMs, cause };
    this.#setStatus("requested", null);
  }

  /** The server refused the subject. */
  markDenied(atMs: number, fault: Fault): void {
    if (this.status === "active") this.brokenSince = { atMs, cause: fault };
    this.#setStatus("denied", fault);
  }

  #setStatus(status: SubscriptionStatus, fault: Fault | null): void {
    const before = this.status;
    this.status = status;
    this.fault = fault;
    if (status !== before) this.reportStatus();
  }

  reportStatus(): void {
    for (const listener of this.listeners) listener.reportStatus();
  }

  /** A new link may repeat recent messages, each within `withinMs` of its first copy. */
  expectLateRepeats(nowMs: number, withinMs: number): void {
    this.#lateRepeats = this.#recent.lateRepeats(nowMs, withinMs);
  }

  /** A second link subscribes too. */
  beginOverlap(move: SwitchTime, nowMs: number): void {
    this.overlap = new Overlap(move, this.status === "active");
    this.#oldLateRepeats = this.#lateRepeats;
    this.expectLateRepeats(nowMs, Number.POSITIVE_INFINITY);
  }

  /** Only one link is left, and everything it brings is new. */
  clearExpectations(): void {
    this.overlap = null;
    this.#pendingRepeats = null;
    this.#lateRepeats = null;
    this.#oldLateRepeats = null;
  }

  /** The new link ended before it took over. @returns its messages that the old link will repeat */
  endOverlap(nowMs: number): ExpectedRepeats | null {
    const before = this.#pendingRepeats?.isOver(nowMs) ? null : this.#pendingRepeats;
    const left = this.overlap?.repeatsFromOld(before) ?? null;
    const lateRepeats = this.#oldLateRepeats;
    this.clearExpectations();
    this.#pendingRepeats = left;
    this.#lateRepeats = lateRepeats;
    return left;
  }

  /** Takes and resets the count of messages that were dropped as repeats without proof. */
  takeDoubtfulCount(): { readonly atMost: number; readonly toMs: number } {
    const doubtful = this.#doubtful;
    this.#doubtful = { atMost: 0, toMs: 0 };
    return doubtful;
  }

  /**
   * Whether a core message is a repeat of one that came, or one that the current link will bring too.
   * @param role of the message's link; null for a link that no longer counts
   * @param isNewest whether it came over the newest link, whose server may be behind
   */
  isRepeat(message: Message, role: LinkRole | "only" | null, isNewest: boolean, clock: Clock): boolean {
    // The server sends each message of a queue group once, over one of the links: an equal one is a new one.
    if (this.queue !== null) return false;
    if (role === null) return true;
    // With one link and no repeats due, a message costs no more than remembering it.
    const mayRepeat = this.#lateRepeats ?? this.#pendingRepeats ?? this.overlap;
    if (mayRepeat !== null && this.#hasCome(message, role, isNewest, clock.now())) return true;
    this.#recent.remember(message, clock);
    return false;
  }

  #hasCome(message: Message, role: LinkRole | "only", isNewest: boolean, nowMs: number): boolean {
    if (this.#lateRepeats?.isOver(nowMs)) this.#lateRepeats = null;
    if (this.#pendingRepeats?.isOver(nowMs)) this.#pendingRepeats = null;
    if (this.#oldLateRepeats?.isOver(nowMs)) this.#oldLateRepeats = null;
    const lateRepeats = isNewest ? this.#lateRepeats : this.#oldLateRepeats;
    const pending = role === "new" ? null : this.#pendingRepeats;
    if ((lateRepeats ?? pending ?? this.overlap) === null) return false;
    const content = contentOf(message);
    const ageMs = lateRepeats?.take(content, nowMs) ?? null;
    if (ageMs !== null) {
      if (role === "new") this.overlap?.countLateRepeat(content, ageMs);
      // Until the subscription is active, the gap of the break covers such messages.
      else if (this.status === "active") this.#doubtful = { atMost: this.#doubtful.atMost + 1, toMs: nowMs };
      return true;
    }
    if ((pending?.take(content, nowMs) ?? null) !== null) return true;
    // A subject that was first subscribed after the switch has no overlap.
    return role !== "only" && this.overlap?.isRepeat(role, content, nowMs) === true;
  }

  /** The handler for one subscription on a link. */
  createReceiver(): (message: Message) => void {
    const deliver = (message: Message) => {
      for (const listener of this.listeners) listener.deliver(message);
    };
    return this.feed?.createReceiver() ?? deliver;
  }

  /** Reports a gap to the listeners that were active before it ended. */
  reportGap(gap: Gap): void {
    for (const listener of this.listeners) {
      const { activeSinceMs } = listener;
      if (activeSinceMs === null) continue;
      // `activeSinceMs` may be later than the gap if the wall clock was set back since.
      listener.reportGap({ ...gap, fromMs: Math.min(gap.toMs, Math.max(gap.fromMs, activeSinceMs)) });
    }
  }
}

/** A key as text, without the history: each listener reads that by itself. */
export function keyOf({ subject, queue, source }: SubscriptionKey): string {
  return JSON.stringify([subject, queue, source && [source.name, source.republished, source.directGet]]);
}
