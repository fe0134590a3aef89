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

/** A subject that nobody has asked the server for yet. */
export const NEW_INTEREST: InterestState = { status: "requested", fault: null, brokenSince: null };

// What follows from what happens, pure. A break goes on until the server confirms; one that follows another begins no new one.

/** The server is asked for it, on a fresh link or again after a refusal. */
export function asked(state: InterestState): InterestState {
  return { ...state, status: "requested", fault: null };
}

/** A PONG after the SUB: the server has it. */
export function confirmed(state: InterestState): InterestState {
  return state.status === "requested" ? { status: "active", fault: null, brokenSince: null } : state;
}

/** Messages are missed from `atMs` on: what was active must be asked for again; a refusal stands until it is. */
export function broken(state: InterestState, atMs: number, cause: Fault | null): InterestState {
  const status = state.status === "active" ? "requested" : state.status;
  return { ...state, status, brokenSince: brokenSince(state, atMs, cause) };
}

/** The server refused it. */
export function denied(state: InterestState, atMs: number, fault: Fault): InterestState {
  return { status: "denied", fault, brokenSince: brokenSince(state, atMs, fault) };
}

function brokenSince(state: InterestState, atMs: number, cause: Fault | null): Break | null {
  return state.status === "active" ? { atMs, cause } : state.brokenSince;
}
