import type { Fault } from "./faults.ts";

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
  readonly cause: Fault;
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
