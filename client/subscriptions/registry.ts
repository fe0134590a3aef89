import { type Fault, fault } from "../faults.ts";
import type { LinkSubscription } from "../link.ts";
import type { Message, MessageHandler } from "../message.ts";
import type { Recovered } from "../recovered.ts";
import type { AskingLink } from "../recovery/ask.ts";
import type { Gap, GapKind } from "./gap.ts";
import {
  type Break,
  type InterestEvent,
  type InterestState,
  NEW_INTEREST,
  nextInterest,
  type SubscriptionStatus,
} from "./interest.ts";
import { Overlap } from "./overlap.ts";
import {
  type ListenedTo,
  Listener,
  type SequenceState,
  type Subscription,
  type SubscriptionFailed,
} from "./subscription.ts";

/** The part of a link that the registry needs. */
export interface SubscribingLink extends AskingLink {
  readonly completeUntilMs: number;
  subscribe(subject: string, queue: string | null, callback: (message: Message) => void): LinkSubscription;
  flush(): Promise<void>;
}

/** Keeps a subject's place in its stream and mends its breaks (`recovery/recovery.ts`). */
export interface StreamKeeper {
  readonly unrecoverable: string | null;
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
  deliver: (message: Message) => void,
) => Promise<StreamKeeper>;

/** What the registry tells of. */
export interface RegistryObserver {
  readonly failed: SubscriptionFailed;
  denied(subject: string, fault: Fault): void;
  /** Gaps of one break, told in one go. */
  gaps(gaps: readonly Gap[]): void;
}

/** What is wanted of a subject. */
export interface Wish {
  readonly subject: string;
  readonly queue: string | null;
  readonly name: string;
  readonly stream: string | null;
}

/** One subject (and queue, and stream) that is wanted: one subscription on the server, however many listeners. */
class Interest implements ListenedTo {
  readonly subject: string;
  readonly queue: string | null;
  readonly key: string;
  state: InterestState = NEW_INTEREST;
  listeners: readonly Listener[] = [];
  onLink: LinkSubscription | null = null;
  /** The same on the link that is about to take over. */
  onNext: LinkSubscription | null = null;
  /** What both links brought of it, while there are two. */
  overlap: Overlap | null = null;
  /** The break that its keeper is mending. */
  mending: Break | null = null;
  /** What keeps the place in the stream behind the subject, once loaded; and why nothing does, while it isn't. */
  keeper: StreamKeeper | null = null;
  readonly stream: string | null;

  constructor(key: string, { subject, queue, stream }: Wish) {
    this.key = key;
    this.subject = subject;
    this.queue = queue;
    this.stream = stream;
  }

  get status(): SubscriptionStatus {
    return this.state.status;
  }

  get fault(): Fault | null {
    return this.state.fault;
  }

  get sequence(): SequenceState | null {
    if (this.stream === null) return null;
    const reason = this.keeper === null ? "no-place" : this.keeper.unrecoverable;
    return reason === null
      ? { state: "current", lastSequence: null }
      : { state: reason === "no-place" ? "opening" : "unreadable", reason, lastSequence: null };
  }

  deliver(message: Message): void {
    for (const listener of this.listeners) listener.deliver(message);
  }
}

/** What the user wants subscribed, held against what the server has. */
export class Registry {
  readonly #interests = new Map<string, Interest>();
  readonly #listeners = new Map<string, Listener>();
  readonly #observer: RegistryObserver;
  readonly #now: () => number;
  readonly #loadKeeper: LoadKeeper;
  #link: SubscribingLink | null = null;
  #next: SubscribingLink | null = null;
  /** Links that were replaced: whatever they still had unread at their end came over the other link too. */
  readonly #retired = new WeakSet<SubscribingLink>();
  /** The link that was replaced last, and when, until it has drained. */
  #retiring: { readonly link: SubscribingLink; readonly atMs: number } | null = null;
  /** Gaps that are told of together. */
  #untold: Gap[] = [];

  /** @param now the wall clock, epoch milliseconds */
  constructor(observer: RegistryObserver, now: () => number, loadKeeper: LoadKeeper) {
    this.#observer = observer;
    this.#now = now;
    this.#loadKeeper = loadKeeper;
  }

  get subscriptions(): readonly Subscription[] {
    return [...this.#listeners.values()];
  }

  /** Adds a listener; one of the same subject, queue and name ends, and the subscription on the server stays. */
  add(wish: Wish, handler: MessageHandler): Listener {
    const { subject, queue, name, stream } = wish;
    const interestKey = JSON.stringify([subject, queue, stream]);
    const listenerKey = JSON.stringify([subject, queue, name]);
    const known = this.#interests.get(interestKey);
    const interest = known ?? new Interest(interestKey, wish);
    const listener = new Listener(interest, name, handler, this.#observer.failed, (one) => {
      interest.listeners = interest.listeners.filter((other) => other !== one);
      if (this.#listeners.get(listenerKey) === one) this.#listeners.delete(listenerKey);
      if (interest.listeners.length === 0) this.#drop(interest);
    });
    const replaced = this.#listeners.get(listenerKey);
    this.#listeners.set(listenerKey, listener);
    interest.listeners = [...interest.listeners, listener];
    if (interest.status === "active") listener.promisedFromMs = this.#now();
    replaced?.unsubscribe();
    if (known === undefined) this.#take(interest);
    return listener;
  }

  /** Ends every listener of a subject; false if there was none. */
  remove(subject: string): boolean {
    const ending = [...this.#listeners.values()].filter((listener) => listener.subject === subject);
    for (const listener of ending) listener.unsubscribe();
    return ending.length > 0;
  }

  /** Gives a fresh link exactly what is wanted, once. */
  attach(link: SubscribingLink): void {
    this.#link = link;
    const all = [...this.#interests.values()];
    for (const interest of all) {
      interest.onLink = this.#subscribe(interest, link);
      this.#note(interest, { type: "asked" });
    }
    this.#confirm(all, link);
  }

  /** Gives all that is wanted to a second link too; settles once its server has it, never if the link ends first. */
  async overlap(next: SubscribingLink): Promise<void> {
    this.#next = next;
    for (const interest of this.#interests.values()) this.#subscribeNext(interest, next);
    await next.flush();
  }

  /** The second link takes over; the first goes on delivering until it has drained. */
  promote(): void {
    const next = this.#next;
    if (next === null) return;
    if (this.#link !== null) this.#retiring = { link: this.#link, atMs: this.#now() };
    this.#link = next;
    this.#next = null;
    const all = [...this.#interests.values()].filter(({ onNext }) => onNext !== null);
    // While the replaced link drains, it may bring late what the other brought, or not: no time to look anything up.
    for (const { keeper } of this.#interests.values()) keeper?.suspend();
    for (const interest of all) {
      interest.onLink = interest.onNext;
      interest.onNext = null;
    }
    const unconfirmed = all.filter(({ status }) => status !== "active");
    for (const interest of unconfirmed) this.#note(interest, { type: "asked" });
    this.#confirm(unconfirmed, next);
  }

  /** Only one link is left. `whole` is false when the replaced one was cut before it had drained. */
  endOverlap(whole: boolean): void {
    this.#next = null;
    for (const interest of this.#interests.values()) {
      interest.onNext = null;
      interest.overlap = null;
    }
    const retiring = this.#retiring;
    this.#retiring = null;
    if (retiring === null) return;
    this.#retired.add(retiring.link);
    const cause = fault("timeout", { phase: "draining" });
    for (const interest of this.#interests.values()) {
      if (interest.status !== "active") continue;
      const broken = whole ? null : { atMs: retiring.link.completeUntilMs, cause };
      if (broken !== null) interest.keeper?.broke();
      this.#resume(interest, broken, retiring.atMs);
    }
  }

  /** The link is gone or leaving; `cause` is null when that is what the user wanted. */
  detach(cause: Fault | null): void {
    const link = this.#link;
    if (link === null) return;
    // A replaced link that is still draining goes down with this one.
    this.endOverlap(false);
    this.#link = null;
    for (const interest of this.#interests.values()) {
      interest.onLink = null;
      interest.keeper?.suspend(cause === null);
      this.#note(interest, { type: "broken", atMs: link.completeUntilMs, cause });
      if (interest.state.brokenSince !== null || interest.mending !== null) interest.keeper?.broke();
    }
  }

  /** The server refused one subject, to one queue group if `queue` names it. */
  deny(subject: string, queue: string | null, reason: Fault): void {
    for (const interest of this.#interests.values()) {
      if (interest.subject === subject && interest.queue === queue) this.#deny(interest, reason);
    }
  }

  /**
   * The server had no room for one subscription more and didn't say for which.
   * It reads SUBs in order, so it is the last that isn't confirmed or refused yet.
   */
  denyLast(reason: Fault): void {
    const open = [...this.#interests.values()].filter(({ status, onLink, onNext }) =>
      this.#next === null ? status === "requested" && onLink !== null : onNext !== null,
    );
    const last = open.at(-1);
    if (last !== undefined) this.#deny(last, reason);
  }

  #deny(interest: Interest, reason: Fault): void {
    interest.keeper?.suspend();
    // While two links overlap it is the newer one that has just been asked.
    if (interest.onNext === null) interest.onLink = null;
    interest.onNext = null;
    this.#note(interest, { type: "denied", atMs: this.#link?.completeUntilMs ?? this.#now(), fault: reason });
    this.#observer.denied(interest.subject, reason);
  }

  /** A subject that nobody wanted before. */
  #take(interest: Interest): void {
    this.#interests.set(interest.key, interest);
    if (interest.stream !== null) this.#keepIn(interest, interest.stream);
    if (this.#link?.isLive) {
      interest.onLink = this.#subscribe(interest, this.#link);
      this.#confirm([interest], this.#link);
    }
    if (this.#next?.isLive) this.#subscribeNext(interest, this.#next);
  }

  /** Nobody wants it any more. */
  #drop(interest: Interest): void {
    if (!this.#isWanted(interest)) return;
    this.#interests.delete(interest.key);
    interest.keeper?.suspend();
    interest.onLink?.unsubscribe();
    interest.onNext?.unsubscribe();
    interest.onLink = null;
    interest.onNext = null;
  }

  #subscribeNext(interest: Interest, next: SubscribingLink): void {
    interest.overlap = new Overlap();
    interest.onNext = this.#subscribe(interest, next);
  }

  #subscribe(interest: Interest, link: SubscribingLink): LinkSubscription {
    return link.subscribe(interest.subject, interest.queue, (message) =>
      this.#received(interest, link, message),
    );
  }

  #received(interest: Interest, link: SubscribingLink, message: Message): void {
    // Frames that came before a link was lost may be read after it: they count, unless unwanted by now.
    if (!this.#isWanted(interest) || this.#retired.has(link)) return;
    if (interest.overlap?.isRepeat(link, message)) return;
    if (interest.keeper !== null && !interest.keeper.admit(message)) return;
    interest.deliver(message);
  }

  #isWanted(interest: Interest): boolean {
    return this.#interests.get(interest.key) === interest;
  }

  /** Keeps the place in a stream, from when the code for it is there. */
  #keepIn(interest: Interest, stream: string): void {
    const deliver = (message: Message) => {
      if (this.#isWanted(interest)) interest.deliver(message);
    };
    const loaded = (keeper: StreamKeeper) => {
      if (!this.#isWanted(interest)) return;
      interest.keeper = keeper;
      if (interest.status === "active") this.#resume(interest, null, this.#now());
    };
    // A page that can't load it any more is told at each gap that its place isn't known.
    this.#loadKeeper(stream, interest.subject, deliver).then(loaded, () => {});
  }

  /** One PONG after the SUBs shows that the server has read them all. */
  #confirm(list: readonly Interest[], link: SubscribingLink): void {
    if (list.length === 0) return;
    const confirmed = () => {
      if (this.#link !== link) return;
      const nowMs = this.#now();
      for (const interest of list) {
        if (interest.status !== "requested" || interest.onLink === null) continue;
        const { brokenSince } = interest.state;
        this.#note(interest, { type: "confirmed" });
        this.#resume(interest, brokenSince, nowMs);
        for (const listener of interest.listeners) listener.promisedFromMs ??= nowMs;
      }
    };
    // A flush that fails means that the link ended, which is told elsewhere.
    link.flush().then(confirmed, () => {});
  }

  /** Where the server and a subject stand changes, and the listeners hear of it. */
  #note(interest: Interest, event: InterestEvent): void {
    const before = interest.status;
    interest.state = nextInterest(interest.state, event);
    if (interest.status === before) return;
    for (const listener of interest.listeners) listener.tellStatus();
  }

  /** The server has it: what was missed until `toMs` is told of, fetched first where there is a stream. */
  #resume(interest: Interest, broken: Break | null, toMs: number): void {
    const { keeper } = interest;
    if (keeper !== null) interest.mending ??= broken;
    const since = keeper === null ? broken : interest.mending;
    const told = since && ((recovered: Recovered) => this.#tellGap(interest, since, toMs, recovered));
    if (keeper === null) told?.({ outcome: "no", reason: "no-stream" });
    else if (this.#link !== null && this.#retiring === null) keeper.resume(this.#link, told);
  }

  #tellGap(interest: Interest, { atMs, cause }: Break, toMs: number, recovered: Recovered): void {
    interest.mending = null;
    const kind: GapKind = cause === null ? "stop" : "break";
    const { subject } = interest;
    const gap: Gap = { subject, fromMs: atMs, toMs, kind, cause, ...outcomeOf(recovered) };
    for (const listener of interest.listeners) {
      const { promisedFromMs } = listener;
      if (promisedFromMs === null || promisedFromMs >= toMs) continue;
      listener.tellGap({ ...gap, fromMs: Math.max(atMs, promisedFromMs) });
    }
    this.#untold.push(gap);
    if (this.#untold.length === 1) queueMicrotask(() => this.#observer.gaps(this.#untold.splice(0)));
  }
}

function outcomeOf(recovered: Recovered): Pick<Gap, "missing" | "recovered"> {
  switch (recovered.outcome) {
    case "no":
      return { missing: "unknown", recovered: 0 };
    case "yes":
      return { missing: { exactly: 0 }, recovered: recovered.count };
    case "partly":
      return { missing: { atMost: recovered.missingAtMost }, recovered: recovered.count };
  }
}
