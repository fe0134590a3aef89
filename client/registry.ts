import { type Fault, fault } from "./faults.ts";
import type { LinkSubscription } from "./link.ts";
import type { Message, MessageHandler } from "./message.ts";
import { Overlap } from "./overlap.ts";

/** What the server has of a subscription: nothing yet, the subscription, or a refusal. */
export type SubscriptionStatus = "waiting" | "active" | "denied";

/** What became of a subscription's messages: received = delivered + failed. */
export interface SubscriptionCounts {
  readonly received: number;
  readonly delivered: number;
  /** Messages whose handler threw. */
  readonly failed: number;
}

/** A break during which messages of a subject may have been missed; times in epoch milliseconds. */
export interface Gap {
  readonly subject: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** What broke the link, or null when live data was switched off on purpose. */
  readonly cause: Fault | null;
}

/** A subject that the user wants, for as long as they want it, across any number of links. */
export interface Subscription {
  readonly subject: string;
  readonly status: SubscriptionStatus;
  /** Why the server refused it, while `denied`. */
  readonly fault: Fault | null;
  readonly counts: SubscriptionCounts;
  /** Ends it; the handler is not called again. */
  unsubscribe(): void;
  /** Calls `listener` after each break, once the subject is subscribed again. */
  onGap(listener: (gap: Gap) => void): () => void;
}

/** The part of a link that the registry needs. */
export interface SubscribingLink {
  readonly completeUntilMs: number;
  /** False while draining: such a link still delivers, and takes nothing new. */
  readonly isLive: boolean;
  subscribe(subject: string, callback: (message: Message) => void): LinkSubscription;
  flush(): Promise<void>;
}

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
  readonly gapListeners = new Set<(gap: Gap) => void>();
  readonly #registry: Registry;
  readonly #counts = { received: 0, delivered: 0, failed: 0 };

  constructor(subject: string, handler: MessageHandler, registry: Registry) {
    this.subject = subject;
    this.handler = handler;
    this.#registry = registry;
  }

  get counts(): SubscriptionCounts {
    return { ...this.#counts };
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
    if (this.status === "active") this.brokenSince = { atMs, cause };
  }

  /** Isolates the handler: in nats.ws a callback that throws ends all delivery. */
  deliver(message: Message, observer: RegistryObserver): void {
    this.#counts.received += 1;
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
  #link: SubscribingLink | null = null;
  #next: SubscribingLink | null = null;
  #overlap: Overlap | null = null;
  /** Links that were replaced: whatever they still had unread at their end came over the other link too. */
  readonly #retired = new WeakSet<SubscribingLink>();
  /** The link that was replaced last, and when, until it has drained. */
  #retiring: { readonly link: SubscribingLink; readonly atMs: number } | null = null;

  /** @param now the wall clock, epoch milliseconds */
  constructor(observer: RegistryObserver, now: () => number) {
    this.#observer = observer;
    this.#now = now;
  }

  get subscriptions(): readonly Subscription[] {
    return [...this.#wanted.values()];
  }

  /** Wants `subject`; if it is wanted already, only its handler changes. */
  add(subject: string, handler: MessageHandler): Subscription {
    const known = this.#wanted.get(subject);
    if (known !== undefined) {
      known.handler = handler;
      return known;
    }
    const wanted = new Wanted(subject, handler, this);
    this.#wanted.set(subject, wanted);
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
    if (whole) return;
    const cause = fault("timeout", { phase: "draining" });
    for (const wanted of this.#wanted.values()) {
      if (wanted.status !== "active") continue;
      this.#tellGap(wanted, { atMs: retiring.link.completeUntilMs, cause }, retiring.atMs);
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
      wanted.breakOff(link.completeUntilMs, cause);
      if (wanted.status === "active") wanted.status = "waiting";
      wanted.onLink = null;
    }
  }

  /** The server refused one subject. */
  deny(subject: string, reason: Fault): void {
    const wanted = this.#wanted.get(subject);
    if (wanted === undefined) return;
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
    if (this.#wanted.get(wanted.subject) !== wanted || this.#retired.has(link)) return;
    if (this.#overlap?.isRepeat(link, message)) return;
    wanted.deliver(message, this.#observer);
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
        this.#endGap(wanted);
      }
    };
    // A flush that fails means that the link ended, which is told elsewhere.
    link.flush().then(confirmed, () => {});
  }

  #endGap(wanted: Wanted): void {
    const broken = wanted.brokenSince;
    if (broken === null) return;
    wanted.brokenSince = null;
    this.#tellGap(wanted, broken, this.#now());
  }

  #tellGap(wanted: Wanted, { atMs, cause }: Break, toMs: number): void {
    const gap: Gap = { subject: wanted.subject, fromMs: atMs, toMs, cause };
    for (const listener of wanted.gapListeners) listener(gap);
    this.#observer.gap(gap);
  }
}
