import type { Fault } from "../faults/fault.ts";
import { Listeners, watchPromise } from "../listeners.ts";
import type { Message, MessageHandler } from "../message.ts";
import type { History, SequencedListener, SequenceState } from "../sequence/port.ts";
import type { Gap } from "./gap.ts";

/** What the server has of a subject: nothing that it confirmed yet, the subscription, or a refusal. */
export type SubscriptionStatus = "requested" | "active" | "denied";

/** What became of a subscription's messages: received = delivered + failed. */
export interface SubscriptionCounts {
  readonly received: number;
  readonly delivered: number;
  /** Messages whose handler threw. */
  readonly failed: number;
  /**
   * Messages that gave way to newer ones before a loop over `messages()` read them, which are also among the
   * delivered; and, of a subscription that goes by sequence, what came and was nothing that its stream sends.
   */
  readonly dropped: number;
}

/** One listener to a subject, for as long as it is wanted, across any number of links. */
export interface Subscription {
  readonly subject: string;
  /** Its queue group: each message goes to one member. Null where it is in none. */
  readonly queue: string | null;
  /** Tells listeners to one subject apart; empty unless given. */
  readonly name: string;
  /** What the server has of the subject. */
  readonly status: SubscriptionStatus;
  /** Why the server refused it, while `denied`. */
  readonly fault: Fault | null;
  readonly counts: SubscriptionCounts;
  /** How it stands with its stream; null for a core subscription. */
  readonly sequence: SequenceState | null;
  /** Settles when it has ended: unsubscribed, its signal aborted, or replaced by another handler. Never rejects. */
  readonly closed: Promise<void>;
  /** Ends it; the handler is not called again. */
  unsubscribe(): void;
  /**
   * Calls `listener` on each change of status, and of how it stands with its stream (`sequence`: its state and
   * reason), until the returned function is called.
   */
  onStatus(listener: (status: SubscriptionStatus, fault: Fault | null) => void): () => void;
  /** Calls `listener` for each gap, once it is known what became of it. */
  onGap(listener: (gap: Gap) => void): () => void;
}

/** Takes what a callback of a subscription threw. */
export type SubscriptionFailed = (
  what: "message" | "gap" | "status",
  subject: string,
  reason: unknown,
) => void;

/** What a listener listens to. */
export interface ListenedTo {
  readonly subject: string;
  readonly queue: string | null;
  readonly status: SubscriptionStatus;
  readonly fault: Fault | null;
  readonly sequence: SequenceState | null;
}

/** The listener itself; whoever subscribed sees it as a `Subscription`. */
export class Listener implements Subscription {
  readonly name: string;
  readonly closed: Promise<void>;
  readonly #to: ListenedTo;
  readonly #handler: MessageHandler;
  readonly #failed: SubscriptionFailed;
  readonly #leave: (listener: Listener) => void;
  readonly #gaps: Listeners<[Gap]>;
  readonly #statuses: Listeners<[SubscriptionStatus, Fault | null]>;
  #settleClosed: () => void = () => {};
  #isOpen = true;
  readonly #counts = { received: 0, delivered: 0, failed: 0, dropped: 0 };
  /** What it wants of its stream's past … */
  history: History | undefined;
  /** … and what it is to the feed that it gets its stream by. */
  sequenced: SequencedListener | undefined;
  leaveFeed = (): void => {};
  /** Since when the server has its subject, epoch milliseconds: what came before was never promised to it. */
  promisedFromMs: number | null = null;

  /** @param leave called once when it ends */
  constructor(
    to: ListenedTo,
    name: string,
    handler: MessageHandler,
    failed: SubscriptionFailed,
    leave: (listener: Listener) => void,
  ) {
    this.#to = to;
    this.name = name;
    this.#handler = handler;
    this.#failed = failed;
    this.#leave = leave;
    this.#gaps = new Listeners((reason) => failed("gap", to.subject, reason));
    this.#statuses = new Listeners((reason) => failed("status", to.subject, reason));
    this.closed = new Promise((settle) => {
      this.#settleClosed = settle;
    });
  }

  get subject(): string {
    return this.#to.subject;
  }

  get queue(): string | null {
    return this.#to.queue;
  }

  get status(): SubscriptionStatus {
    return this.#to.status;
  }

  get fault(): Fault | null {
    return this.#to.fault;
  }

  get sequence(): SequenceState | null {
    return this.#to.sequence;
  }

  get counts(): SubscriptionCounts {
    return { ...this.#counts };
  }

  unsubscribe(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#leave(this);
    this.#settleClosed();
  }

  onGap(listener: (gap: Gap) => void): () => void {
    return this.#gaps.add(listener);
  }

  onStatus(listener: (status: SubscriptionStatus, fault: Fault | null) => void): () => void {
    return this.#statuses.add(listener);
  }

  /** Isolates the handler: in nats.ws a callback that throws ends all delivery. */
  deliver(message: Message): void {
    if (!this.#isOpen) return;
    this.#counts.received += 1;
    try {
      const result: unknown = this.#handler(message);
      this.#counts.delivered += 1;
      if (result !== undefined) watchPromise(result, (reason) => this.#handlerFailed(reason, 1));
    } catch (reason) {
      this.#handlerFailed(reason, 0);
    }
  }

  /** A message wasn't for it, or gave way before it was read. */
  countDropped(): void {
    this.#counts.dropped += 1;
  }

  tellGap(gap: Gap): void {
    if (this.#isOpen) this.#gaps.call(gap);
  }

  tellStatus(): void {
    if (this.#isOpen) this.#statuses.call(this.status, this.fault);
  }

  /** @param counted how often the message was taken for delivered: a promise fails later */
  #handlerFailed(reason: unknown, counted: 0 | 1): void {
    this.#counts.delivered -= counted;
    this.#counts.failed += 1;
    this.#failed("message", this.subject, reason);
  }
}
