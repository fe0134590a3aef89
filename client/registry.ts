import { type Fault, fault } from "./faults.ts";
import type { LinkSubscription } from "./link.ts";
import type { Message, MessageHandler } from "./message.ts";
import { Overlap } from "./overlap.ts";
import type { NotRecoveredReason, Recovered } from "./recovered.ts";
import type { AskingLink } from "./recovery/ask.ts";

/** What the server has of a subscription: nothing yet, the subscription, or a refusal. */
export type SubscriptionStatus = "waiting" | "active" | "denied";

/** What became of a subscription's messages: received = delivered + failed. */
export interface SubscriptionCounts {
  /** What is held back while missed messages are fetched counts once it is handed on. */
  readonly received: number;
  readonly delivered: number;
  /** Messages whose handler threw. */
  readonly failed: number;
  /** How many of the received were fetched from the stream after a break. */
  readonly recovered: number;
}

/** A break during which messages of a subject may have been missed; times in epoch milliseconds. */
export interface Gap {
  readonly subject: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** What broke the link, or null when live data was switched off on purpose. */
  readonly cause: Fault | null;
  /** Whether what was missed was fetched from the stream. */
  readonly recovered: Recovered;
}

/** A subject that the user wants, for as long as they want it, across any number of links. */
export interface Subscription {
  readonly subject: string;
  readonly status: SubscriptionStatus;
  /** Why the server refused it, while `denied`. */
  readonly fault: Fault | null;
  readonly counts: SubscriptionCounts;
  /** Why not all that a break kept away now could be fetched from a stream; null while it could. */
  readonly unrecoverable: NotRecoveredReason | null;
  /** Ends it; the handler is not called again. */
  unsubscribe(): void;
  /**
   * Calls `listener` after each break, once the subject is subscribed again and what
   * can be fetched from its stream has been; before what was fetched is delivered.
   */
  onGap(listener: (gap: Gap) => void): () => void;
}

/** The part of a link that the registry needs. */
export interface SubscribingLink extends AskingLink {
  readonly completeUntilMs: number;
  subscribe(subject: string, callback: (message: Message) => void): LinkSubscription;
  flush(): Promise<void>;
}

/** Keeps a subscription's place in its stream and mends its breaks (`recovery/recovery.ts`). */
export interface StreamKeeper {
  readonly unrecoverable: NotRecoveredReason | null;
  /** False when the message is held back. */
  admit(message: Message): boolean;
  broke(): void;
  resume(link: AskingLink, told: ((recovered: Recovered) => void) | null): void;
  suspend(isStop?: boolean): void;
}

/** Makes the keeper of a stream; its code is loaded when it is first needed. */
export type LoadKeeper = (
  stream: string,
  subject: string,
  deliver: (message: Message, recovered: boolean) => void,
) => Promise<StreamKeeper>;

/** What the registry tells of. */
export interface RegistryObserver {
  handlerFailed(subject: string, reason: unknown): void;
  denied(subject: string, fault: Fault): void;
  gap(gap: Gap): void;
}

/** The beginning of a gap. */
interface Break {
  readonly atMs: number;
  readonly cause: Fault | null;
}

class Wanted implements Subscription {
  readonly subject: string;
  handler: MessageHandler;
  status: SubscriptionStatus = "waiting";
  fault: Fault | null = null;
  onLink: LinkSubscription | null = null;
  /** The same on the link that is about to take over. */
  onNext: LinkSubscription | null = null;
  /** When messages began to be missed, and why; null while none are. */
  brokenSince: Break | null = null;
  /** What keeps the place in the stream behind the subject, once loaded; and why nothing does, while it isn't. */
  keeper: StreamKeeper | null = null;
  unkept: NotRecoveredReason = "no-stream";
  readonly gapListeners = new Set<(gap: Gap) => void>();
  readonly #registry: Registry;
  readonly #counts = { received: 0, delivered: 0, failed: 0, recovered: 0 };

  constructor(subject: string, handler: MessageHandler, registry: Registry) {
    this.subject = subject;
    this.handler = handler;
    this.#registry = registry;
  }

  get counts(): SubscriptionCounts {
    return { ...this.#counts };
  }

  get unrecoverable(): NotRecoveredReason | null {
    return this.keeper === null ? this.unkept : this.keeper.unrecoverable;
  }

  unsubscribe(): void {
    this.#registry.remove(this);
  }

  onGap(listener: (gap: Gap) => void): () => void {
    this.gapListeners.add(listener);
    return () => this.gapListeners.delete(listener);
  }

  /** From `atMs` on messages are missed, if any were promised until then. */
  breakOff(atMs: number, cause: Fault | null): void {
    // A break that isn't mended yet goes on.
    if (this.status === "active") this.brokenSince ??= { atMs, cause };
    if (this.brokenSince !== null) this.keeper?.broke();
  }

  /** Isolates the handler: in nats.ws a callback that throws ends all delivery. */
  deliver(message: Message, observer: RegistryObserver, recovered = false): void {
    this.#counts.received += 1;
    if (recovered) this.#counts.recovered += 1;
    try {
      this.handler(message);
      this.#counts.delivered += 1;
    } catch (reason) {
      this.#counts.failed += 1;
      observer.handlerFailed(this.subject, reason);
    }
  }
}

/** What the user wants subscribed, held against what the server has. */
export class Registry {
  readonly #wanted = new Map<string, Wanted>();
  readonly #observer: RegistryObserver;
  readonly #now: () => number;
  readonly #loadKeeper: LoadKeeper;
  #link: SubscribingLink | null = null;
  #next: SubscribingLink | null = null;
  #overlap: Overlap | null = null;
  /** Links that were replaced: whatever they still had unread at their end came over the other link too. */
  readonly #retired = new WeakSet<SubscribingLink>();
  /** The link that was replaced last, and when, until it has drained. */
  #retiring: { readonly link: SubscribingLink; readonly atMs: number } | null = null;

  /** @param now the wall clock, epoch milliseconds */
  constructor(observer: RegistryObserver, now: () => number, loadKeeper: LoadKeeper) {
    this.#observer = observer;
    this.#now = now;
    this.#loadKeeper = loadKeeper;
  }

  get subscriptions(): readonly Subscription[] {
    return [...this.#wanted.values()];
  }

  /** Wants `subject`; if it is wanted already, only its handler changes; it keeps its stream, if it has one. */
  add(subject: string, handler: MessageHandler, stream?: string): Subscription {
    const known = this.#wanted.get(subject);
    if (known !== undefined) {
      known.handler = handler;
      if (stream !== undefined && known.unkept === "no-stream") this.#keepIn(known, stream);
      return known;
    }
    const wanted = new Wanted(subject, handler, this);
    this.#wanted.set(subject, wanted);
    if (stream !== undefined) this.#keepIn(wanted, stream);
    if (this.#link?.isLive) {
      wanted.onLink = this.#subscribe(wanted, this.#link);
      this.#confirm([wanted], this.#link);
    }
    if (this.#next?.isLive) wanted.onNext = this.#subscribe(wanted, this.#next);
    return wanted;
  }

  /** Wants it no longer; false if it wasn't wanted. */
  remove(subscription: Subscription): boolean {
    const wanted = this.#wanted.get(subscription.subject);
    if (wanted !== subscription || wanted === undefined) return false;
    this.#wanted.delete(wanted.subject);
    wanted.keeper?.suspend();
    wanted.onLink?.unsubscribe();
    wanted.onNext?.unsubscribe();
    wanted.onLink = null;
    wanted.onNext = null;
    wanted.status = "waiting";
    return true;
  }

  /** The subscription of a subject, if it is wanted. */
  get(subject: string): Subscription | undefined {
    return this.#wanted.get(subject);
  }

  /** Gives a fresh link exactly what is wanted, once. */
  attach(link: SubscribingLink): void {
    this.#link = link;
    const all = [...this.#wanted.values()];
    for (const wanted of all) wanted.onLink = this.#subscribe(wanted, link);
    this.#await(all, link);
  }

  /** Gives all that is wanted to a second link too; settles once its server has it, never if the link ends first. */
  async overlap(next: SubscribingLink): Promise<void> {
    this.#next = next;
    this.#overlap = new Overlap();
    for (const wanted of this.#wanted.values()) wanted.onNext = this.#subscribe(wanted, next);
    await next.flush();
  }

  /** The second link takes over; the first goes on delivering until it has drained. */
  promote(): void {
    const next = this.#next;
    if (next === null) return;
    if (this.#link !== null) this.#retiring = { link: this.#link, atMs: this.#now() };
    this.#link = next;
    this.#next = null;
    const all = [...this.#wanted.values()].filter((wanted) => wanted.onNext !== null);
    // While the replaced link drains, it may bring late what the other brought, or not: no time to look anything up.
    for (const wanted of this.#wanted.values()) wanted.keeper?.suspend();
    for (const wanted of all) {
      wanted.onLink = wanted.onNext;
      wanted.onNext = null;
    }
    this.#await(
      all.filter((wanted) => wanted.status !== "active"),
      next,
    );
  }

  /** Only one link is left. `whole` is false when the replaced one was cut before it had drained. */
  endOverlap(whole: boolean): void {
    this.#overlap = null;
    this.#next = null;
    for (const wanted of this.#wanted.values()) wanted.onNext = null;
    const retiring = this.#retiring;
    this.#retiring = null;
    if (retiring === null) return;
    this.#retired.add(retiring.link);
    const cause = fault("timeout", { phase: "draining" });
    for (const wanted of this.#wanted.values()) {
      if (wanted.status !== "active") continue;
      if (!whole) wanted.breakOff(retiring.link.completeUntilMs, cause);
      this.#resume(wanted, retiring.atMs);
    }
  }

  /** The link is gone or leaving; `cause` is null when that is what the user wanted. */
  detach(cause: Fault | null): void {
    const link = this.#link;
    if (link === null) return;
    // A replaced link that is still draining goes down with this one.
    this.endOverlap(false);
    this.#link = null;
    for (const wanted of this.#wanted.values()) {
      wanted.keeper?.suspend(cause === null);
      wanted.breakOff(link.completeUntilMs, cause);
      if (wanted.status === "active") wanted.status = "waiting";
      wanted.onLink = null;
    }
  }

  /** The server refused one subject. */
  deny(subject: string, reason: Fault): void {
    const wanted = this.#wanted.get(subject);
    if (wanted === undefined) return;
    wanted.keeper?.suspend();
    if (this.#link !== null) wanted.breakOff(this.#link.completeUntilMs, reason);
    wanted.status = "denied";
    wanted.fault = reason;
    // While two links overlap it is the newer one that has just been asked.
    if (wanted.onNext === null) wanted.onLink = null;
    wanted.onNext = null;
    this.#observer.denied(subject, reason);
  }

  /**
   * The server had no room for one subscription more and didn't say for which.
   * It reads SUBs in order, so it is the last that isn't confirmed or refused yet.
   */
  denyLast(reason: Fault): void {
    const open = [...this.#wanted.values()].filter(({ status, onLink, onNext }) =>
      this.#next === null ? status === "waiting" && onLink !== null : onNext !== null,
    );
    const last = open.at(-1);
    if (last !== undefined) this.deny(last.subject, reason);
  }

  #subscribe(wanted: Wanted, link: SubscribingLink): LinkSubscription {
    return link.subscribe(wanted.subject, (message) => this.#received(wanted, link, message));
  }

  #received(wanted: Wanted, link: SubscribingLink, message: Message): void {
    // Frames that came before a link was lost may be read after it: they count, unless unwanted by now.
    if (!this.#isWanted(wanted) || this.#retired.has(link)) return;
    if (this.#overlap?.isRepeat(link, message)) return;
    if (wanted.keeper !== null && !wanted.keeper.admit(message)) return;
    wanted.deliver(message, this.#observer);
  }

  #isWanted(wanted: Wanted): boolean {
    return this.#wanted.get(wanted.subject) === wanted;
  }

  /** Keeps the place in a stream, from when the code for it is there. */
  #keepIn(wanted: Wanted, stream: string): void {
    wanted.unkept = "no-place";
    const deliver = (message: Message, recovered: boolean) => {
      if (this.#isWanted(wanted)) wanted.deliver(message, this.#observer, recovered);
    };
    const loaded = (keeper: StreamKeeper) => {
      if (!this.#isWanted(wanted)) return;
      wanted.keeper = keeper;
      if (wanted.status === "active") this.#resume(wanted, this.#now());
    };
    // A page that can't load it any more is told at each gap that its place isn't known.
    this.#loadKeeper(stream, wanted.subject, deliver).then(loaded, () => {});
  }

  #await(list: readonly Wanted[], link: SubscribingLink): void {
    for (const wanted of list) {
      wanted.status = "waiting";
      wanted.fault = null;
    }
    this.#confirm(list, link);
  }

  /** One PONG after the SUBs shows that the server has read them all. */
  #confirm(list: readonly Wanted[], link: SubscribingLink): void {
    if (list.length === 0) return;
    const confirmed = () => {
      if (this.#link !== link) return;
      for (const wanted of list) {
        if (wanted.status !== "waiting" || wanted.onLink === null) continue;
        wanted.status = "active";
        this.#resume(wanted, this.#now());
      }
    };
    // A flush that fails means that the link ended, which is told elsewhere.
    link.flush().then(confirmed, () => {});
  }

  /** The server has it: what was missed until `toMs` is told of, fetched first where there is a stream. */
  #resume(wanted: Wanted, toMs: number): void {
    const broken = wanted.brokenSince;
    const told = broken && ((recovered: Recovered) => this.#tellGap(wanted, broken, toMs, recovered));
    const { keeper, unkept } = wanted;
    if (keeper === null) told?.({ outcome: "no", reason: unkept });
    else if (this.#link !== null && this.#retiring === null) keeper.resume(this.#link, told);
  }

  #tellGap(wanted: Wanted, { atMs, cause }: Break, toMs: number, recovered: Recovered): void {
    wanted.brokenSince = null;
    const gap: Gap = { subject: wanted.subject, fromMs: atMs, toMs, cause, recovered };
    for (const listener of wanted.gapListeners) listener(gap);
    this.#observer.gap(gap);
  }
}
