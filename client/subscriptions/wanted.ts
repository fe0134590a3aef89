import type { Connection } from "../connection/connection.ts";
import type { Fault } from "../faults/fault.ts";
import type { Message } from "../message.ts";
import type { Clock } from "../options.ts";
import type { SequencedFeed } from "../sequence/feed.ts";
import type { SequenceState, StreamSource } from "../sequence/port.ts";
import { contentOf } from "./content.ts";
import type { Expected } from "./expected.ts";
import type { Break, Gap } from "./gap.ts";
import { Overlap, type OverlapSide, type TakeOver } from "./overlap.ts";
import { Recent } from "./recent.ts";
import type { ListenedTo, Listener, SubscriptionStatus } from "./subscription.ts";

/** The part of a connection that subscriptions need. */
export type SubscribingLink = Pick<
  Connection,
  "isLive" | "completeUntilMs" | "rttMs" | "subscribe" | "flush" | "ask" | "gone"
>;

/** What is wanted of a subject. */
export interface Wish {
  readonly subject: string;
  readonly queue: string | null;
  /** Null for core messages. */
  readonly source: StreamSource | null;
}

/** One subject (and queue, and stream) that is wanted: one subscription on the server, however many listeners. */
export class Interest implements ListenedTo {
  readonly subject: string;
  readonly queue: string | null;
  readonly key: string;
  readonly source: StreamSource | null;
  /** What the server is asked for. */
  readonly liveSubject: string;
  status: SubscriptionStatus = "requested";
  /** Why the server refused it, while `denied`. */
  fault: Fault | null = null;
  /** Since when messages may have been missed; null while none are, or while none were ever promised. */
  brokenSince: Break | null = null;
  listeners: readonly Listener[] = [];
  /** What both links brought of it, while there are two; null also where sequences tell. */
  overlap: Overlap | null = null;
  /** What a second link that is gone brought before the one that stayed, which brings it yet. */
  #outstanding: Expected | null = null;
  /** Its last core messages, which a link to a server that is behind brings once more … */
  readonly #recent = new Recent();
  /** … and which of them are still expected on the newest link … */
  #echoes: Expected | null = null;
  /** … and, while that is a second one, on the first, which followed a lost one. */
  #firstEchoes: Expected | null = null;
  /** How many messages were taken for such though there is no other link that would show it, and when the last was: they may have been others. */
  #doubtful = { atMost: 0, toMs: 0 };
  /** Its messages by sequence; null for core messages, and until the code for it has been loaded. */
  feed: SequencedFeed | null = null;
  /** Whether that couldn't be had when it was last asked for. */
  isNotLoaded = false;

  constructor({ subject, queue, source }: Wish) {
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

  /** Whether it can be asked for: what comes before anyone can take it would be lost. */
  get isReady(): boolean {
    return this.source === null || this.feed !== null;
  }

  // A break goes on until the server confirms; one that follows another begins no new one.

  /** The server is asked for it, on a fresh link or again after a refusal. */
  asked(): void {
    this.#stand("requested", null);
  }

  /** A PONG after the SUB: the server has it. @returns the break that is over */
  confirmed(): Break | null {
    const { brokenSince } = this;
    this.brokenSince = null;
    this.#stand("active", null);
    return brokenSince;
  }

  /** Messages are missed from `atMs` on: what was active must be asked for again; a refusal stands until it is. */
  broken(atMs: number, cause: Fault | null): void {
    if (this.status !== "active") return;
    this.brokenSince = { atMs, cause };
    this.#stand("requested", null);
  }

  /** The server refused it. */
  denied(atMs: number, fault: Fault): void {
    if (this.status === "active") this.brokenSince = { atMs, cause: fault };
    this.#stand("denied", fault);
  }

  /** Where the server and it stand changes, and the listeners hear of it. */
  #stand(status: SubscriptionStatus, fault: Fault | null): void {
    const before = this.status;
    this.status = status;
    this.fault = fault;
    if (status !== before) this.tellStatus();
  }

  tellStatus(): void {
    for (const listener of this.listeners) listener.tellStatus();
  }

  /** A new link gets its subject: what it brings may have come already, no longer than `withinMs` ago. */
  expectEchoes(nowMs: number, withinMs: number): void {
    this.#echoes = this.#recent.echoes(nowMs, withinMs);
  }

  /** A second link gets its subject, too. */
  overlaps(move: TakeOver, nowMs: number): void {
    this.overlap = new Overlap(move, this.status === "active");
    this.#firstEchoes = this.#echoes;
    this.expectEchoes(nowMs, Number.POSITIVE_INFINITY);
  }

  /** There is one link: what it brings is new. */
  expectNothing(): void {
    this.overlap = null;
    this.#outstanding = null;
    this.#echoes = null;
    this.#firstEchoes = null;
  }

  /** The second link is gone before it took over. @returns what only that brought, and the first one brings yet */
  endOverlap(nowMs: number): Expected | null {
    const before = this.#outstanding?.isOver(nowMs) ? null : this.#outstanding;
    const left = this.overlap?.newEnded(before) ?? null;
    const echoes = this.#firstEchoes;
    this.expectNothing();
    this.#outstanding = left;
    this.#echoes = echoes;
    return left;
  }

  /** How many messages since it was last asked were taken for repeats, and may have been others, and when the last came. */
  takeDoubtful(): { readonly atMost: number; readonly toMs: number } {
    const doubtful = this.#doubtful;
    this.#doubtful = { atMost: 0, toMs: 0 };
    return doubtful;
  }

  /**
   * Whether a core message came already, or comes yet over the link that counts.
   * @param side of two links that overlap; null for one that doesn't count any more
   * @param isNewest whether it came over the newest link, whose server may be behind
   */
  isRepeat(message: Message, side: OverlapSide | "only" | null, isNewest: boolean, clock: Clock): boolean {
    // Of a queue group's messages each comes once, over either link: what says the same is another.
    if (this.queue !== null) return false;
    if (side === null) return true;
    // Mostly there is one link, and nothing to look for: no more is to be done for a message then than to remember it.
    const mayRepeat = this.#echoes ?? this.#outstanding ?? this.overlap;
    if (mayRepeat !== null && this.#hasCome(message, side, isNewest, clock.now())) return true;
    this.#recent.remember(message, clock);
    return false;
  }

  #hasCome(message: Message, side: OverlapSide | "only", isNewest: boolean, nowMs: number): boolean {
    if (this.#echoes?.isOver(nowMs)) this.#echoes = null;
    if (this.#outstanding?.isOver(nowMs)) this.#outstanding = null;
    if (this.#firstEchoes?.isOver(nowMs)) this.#firstEchoes = null;
    const echoes = isNewest ? this.#echoes : this.#firstEchoes;
    const outstanding = side === "new" ? null : this.#outstanding;
    if ((echoes ?? outstanding ?? this.overlap) === null) return false;
    const content = contentOf(message);
    const ageMs = echoes?.take(content, nowMs) ?? null;
    if (ageMs !== null) {
      if (side === "new") this.overlap?.echoed(content, ageMs);
      // Before it is active the gap of the break speaks for it.
      else if (this.status === "active") this.#doubtful = { atMost: this.#doubtful.atMost + 1, toMs: nowMs };
      return true;
    }
    if ((outstanding?.take(content, nowMs) ?? null) !== null) return true;
    // A subject that is wanted only since the move began has no overlap on the old link.
    return side !== "only" && this.overlap?.isRepeat(side, content, nowMs) === true;
  }

  /** Takes what one subscription on a link brings. */
  receiver(): (message: Message) => void {
    const deliver = (message: Message) => {
      for (const listener of this.listeners) listener.deliver(message);
    };
    return this.feed?.receiver() ?? deliver;
  }

  /** Tells those to whom something of that time was promised. */
  tellGap(gap: Gap): void {
    for (const listener of this.listeners) {
      const { promisedFromMs } = listener;
      if (promisedFromMs === null) continue;
      // The wall clock may have been set back since.
      listener.tellGap({ ...gap, fromMs: Math.min(gap.toMs, Math.max(gap.fromMs, promisedFromMs)) });
    }
  }
}

/** What two wishes must have in common to share one subscription on the server: all but the history. */
export function keyOf({ subject, queue, source }: Wish): string {
  return JSON.stringify([subject, queue, source && [source.name, source.republished, source.directGet]]);
}
