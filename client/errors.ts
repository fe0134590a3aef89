import type { Fault } from "./faults/fault.ts";
import type { Status } from "./state.ts";

/** Thrown by calls that need a live link while there is none; nothing was sent. */
export class NotLiveError extends Error {
  override readonly name = "NotLiveError";
  readonly status: Status;
  /** Why there is no link, if something went wrong. */
  readonly fault: Fault | null;
  constructor(action: string, status: Status, reason: Fault | null) {
    super(`can't ${action} while ${status}: wait for "live", or call start()`);
    this.status = status;
    this.fault = reason;
  }
}

/** An `Error` that carries a fault. */
export class FaultError extends Error {
  override readonly name = "FaultError";
  readonly fault: Fault;
  constructor(value: Fault, message: string) {
    super(message);
    this.fault = value;
  }
}

/** What was thrown, in words; anything can be thrown, also what throws again when it is looked at. */
export function messageOf(reason: unknown): string {
  try {
    return reason instanceof Error ? String(reason.message) : String(reason);
  } catch {
    return "something that can't be put into words";
  }
}

/**
 * Why a request has no answer: `timeout`: nobody answered in time; `no-responders`: nobody listens there;
 * `denied`: the server doesn't permit it, or to hear the answer; `lost`: the link ended; `stopped`: the user stopped.
 */
export type RequestFailure = "timeout" | "no-responders" | "denied" | "lost" | "stopped";

/** Thrown by a request that was sent and has no answer. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly failure: RequestFailure;
  constructor(failure: RequestFailure, message: string) {
    super(message);
    this.failure = failure;
  }
}
