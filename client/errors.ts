import type { Fault } from "./faults/fault.ts";
import type { Status } from "./state.ts";

/** Thrown by calls that need a live link when there is none. Nothing was sent. */
export class NotLiveError extends Error {
  override readonly name = "NotLiveError";
  readonly status: Status;
  /** Why there is no link, if something went wrong. */
  readonly fault: Fault | null;
  constructor(action: string, status: Status, fault: Fault | null) {
    super(`can't ${action} while ${status}: wait for "live", or call start()`);
    this.status = status;
    this.fault = fault;
  }
}

/** An `Error` that carries a fault. */
export class FaultError extends Error {
  override readonly name = "FaultError";
  readonly fault: Fault;
  constructor(fault: Fault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/** The message of anything that was thrown, even of an object that throws when converted to a string. */
export function messageOf(reason: unknown): string {
  try {
    return reason instanceof Error ? String(reason.message) : String(reason);
  } catch {
    return "an error that can't be converted to a string";
  }
}

/**
 * Why a request has no answer.
 * - `timeout`: no answer came in time.
 * - `no-responders`: nobody subscribes to the subject.
 * - `denied`: the server doesn't permit the request, or the subscription to its answer.
 * - `lost`: the link ended.
 * - `stopped`: `stop()` was called.
 */
export type RequestFailure = "timeout" | "no-responders" | "denied" | "lost" | "stopped";

/** Thrown by a request that was sent but has no answer. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly failure: RequestFailure;
  constructor(failure: RequestFailure, message: string) {
    super(message);
    this.failure = failure;
  }
}
