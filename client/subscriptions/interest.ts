import type { Fault } from "../faults/fault.ts";

/** What the server has of a subject: nothing that it confirmed yet, the subscription, or a refusal. */
export type SubscriptionStatus = "requested" | "active" | "denied";

/** The beginning of a time in which messages may have been missed, epoch milliseconds; `cause` is null for a stop. */
export interface Break {
  readonly atMs: number;
  readonly cause: Fault | null;
}

/** How the server and a subject stand. */
export interface InterestState {
  readonly status: SubscriptionStatus;
  /** Why it was refused, while `denied`. */
  readonly fault: Fault | null;
  /** Since when messages may have been missed; null while none are, or while none were ever promised. */
  readonly brokenSince: Break | null;
}

/** What can happen to it. */
export type InterestEvent =
  /** The server is asked for it, on a fresh link or again after a refusal. */
  | { readonly type: "asked" }
  /** A PONG after the SUB: the server has it. */
  | { readonly type: "confirmed" }
  /** Messages are missed from `atMs` on. */
  | { readonly type: "broken"; readonly atMs: number; readonly cause: Fault | null }
  /** The server refused it. */
  | { readonly type: "denied"; readonly atMs: number; readonly fault: Fault };

/** A subject that nobody has asked the server for yet. */
export const NEW_INTEREST: InterestState = { status: "requested", fault: null, brokenSince: null };

/** What follows: pure. A break goes on until the server confirms; one that follows another begins no new one. */
export function nextInterest(state: InterestState, event: InterestEvent): InterestState {
  switch (event.type) {
    case "asked":
      return { ...state, status: "requested", fault: null };
    case "confirmed":
      return state.status === "requested" ? { status: "active", fault: null, brokenSince: null } : state;
    case "broken":
      // What was active must be asked for again; a refusal stands until it is.
      return {
        ...state,
        status: state.status === "active" ? "requested" : state.status,
        brokenSince: brokenSince(state, event.atMs, event.cause),
      };
    case "denied":
      return {
        status: "denied",
        fault: event.fault,
        brokenSince: brokenSince(state, event.atMs, event.fault),
      };
  }
}

function brokenSince(state: InterestState, atMs: number, cause: Fault | null): Break | null {
  return state.status === "active" ? { atMs, cause } : state.brokenSince;
}
