import type { Fault } from "../faults/fault.ts";
import { Listeners, watchPromise } from "../listeners.ts";
import type { Message, MessageHandler } from "../message.ts";
import type { History, SequencedListener, SequenceState } from "../sequence/port.ts";
import type { Gap } from "./gap.ts";

/** `requested` until the server confirms the subscription, then `active`; `denied` if it refused. */
export type SubscriptionStatus = "requested" | "active" | "denied";

/** Message counts of one listener; received = delivered + failed. */
export interface SubscriptionCounts {
  readonly received: number;
  readonly delivered: number;
  /** Messages whose handler threw or rejected. */
  readonly failed: number;
  /**
   * Messages that a loop over `messages()` was too slow to read, which also count as delivered; with a
   * stream also messages on its subject that didn't come from the stream.
   */
  readonly dropped: number;
}

/** One listener to a subject. It lasts until it is ended, across any number of links. */
export interface Subscription {
  readonly subject: string;
  /** The queue group; the server gives each message to one of its members. Null without one. */
  readonly queue: string | null;
  /** Distinguishes listeners to one subject; empty by default. */
  readonly name: string;
  readonly status: SubscriptionStatus;
  /** Why the server refused the subject, while `denied`. */
  readonly fault: Fault | null;
  readonly counts: SubscriptionCounts;
  /** How far the subscription is in its stream; null for core messages. */
  readonly sequence: SequenceState | null;
  /** Settles when the subscription has been ended, aborted or replaced. Never rejects. */
  readonly closed: Promise<void>;
  /** Ends the subscription; the handler is not called again. */
  unsubscribe(): void;
  /**
   * Calls `listener` on each change of `status`, and of the state and reason in `sequence`, until the
   * returned function is called.
   */
  onStatus(listener: (status: SubscriptionStatus, fault: Fault | null) => void): () => void;
  /** Calls `listener` for each gap once the gap is over, until the returned function is called. */
  onGap(listener: (gap: Gap) => void): () => void;
}

/** Receives what a subscription's callback threw or rejected with. */
export type OnCallbackError = (what: "message" | "gap" | "status", subject: string, reason: unknown) => void;

/** The part of an interest that its listeners show to users. */
export interface ListenerTarget {
  readonly subject: string;
  readonly queue: string | null;
  readonly status: SubscriptionStatus;
  readonly fault: Fault | null;
  readonly sequence: SequenceState | null;
}

/** The implementation of `Subscription`. */
export class Listener implements Subscription {
  readonly name: string;
  readonly closed: Promise<void>;
  readonly #target: ListenerTarget;
  readonly #handler: MessageHandler;
  readonly #onError: OnCallbackError;
  readonly #onEnd: (listener: Listener) => void;
  readonly #gaps: Listeners<[Gap]>;
  readonly #statuses: Listeners<[SubscriptionStatus, Fault | null]>;
  #settleClosed: () => void = () => {};
  #isOpen = true;
  readonly #counts = { received: 0, delivered: 0, failed: 0, dropped: 0 };
  /** The stored messages that the listener asked for. */
  history: History | undefined;
  /** The feed's view of this listener. */
  sequenced: SequencedListener | undefined;
  leaveFeed = (): void => {};
  /** Since when this listener's subscription was active, epoch milliseconds: earlier gaps don't concern it. */
  activeSinceMs: number | null = null;

  /** @param onEnd called once */
  constructor(
    target: ListenerTarget,
    name: string,
    handler: MessageHandler,
    onError: OnCallbackError,
    onEnd: (listener: Listener) => void,
  ) {
    this.#target = target;
    this.name = name;
    this.#handler = handler;
    this.#onError = onError;
    this.#onEnd = onEnd;
    this.#gaps = new Listeners((reason) => onError("gap", target.subject, reason));
    this.#statuses = new Listeners((reason) => onError("status", target.subject, reason));
    this.closed = new Promise((settle) => {
      this.#settleClosed = settle;
    });
  }

  get subject(): string {
    return this.#target.subject;
  }

  get queue(): string | null {
    return this.#target.queue;
  }

  get status(): SubscriptionStatus {
    return this.#target.status;
  }

  get fault(): Fault | null {
    return this.#target.fault;
  }

  get sequence(): SequenceState | null {
    return this.#target.sequence;
  }

  get counts(): SubscriptionCounts {
    return { ...this.#counts };
  }

  unsubscribe(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#onEnd(this);
    this.#settleClosed();
  }

  onGap(listener: (gap: Gap) => void): () => void {
    return this.#gaps.add(listener);
  }

  onStatus(listener: (status: SubscriptionStatus, fault: Fault | null) => void): () => void {
    return this.#statuses.add(listener);
  }

  /** Calls the handler, and catches what it throws: in nats.ws a callback that throws ends all delivery. */
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

  /** Counts a message that a reader was too slow for, or that didn't come from the stream. */
  countDropped(): void {
    this.#counts.dropped += 1;
  }

  reportGap(gap: Gap): void {
    if (this.#isOpen) this.#gaps.call(gap);
  }

  reportStatus(): void {
    if (this.#isOpen) this.#statuses.call(this.status, this.fault);
  }

  /** @param counted 1 if the message was already counted as delivered, as when a promise rejects later */
  #handlerFailed(reason: unknown, counted: 0 | 1): void {
    this.#counts.delivered -= counted;
    this.#counts.failed += 1;
    this.#onError("message", this.subject, reason);
  }
}
