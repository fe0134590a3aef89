import type { Break } from "./client.ts";
import type { StormEvent } from "./faults.ts";

/** A fault with the wall clock time at which it began. */
export interface DoneFault {
  readonly atMs: number;
  readonly fault: StormEvent["fault"];
}

/** Durations, milliseconds. */
export interface Times {
  /** From a fault of the client's server to the loss that the client noticed; without losses that no fault explains. */
  readonly detectMs: readonly number[];
  /** From the loss to being live again. */
  readonly recoverMs: readonly number[];
}

/** A break later than this after a fault has another cause, milliseconds. */
const LONGEST_TO_DETECT_MS = 30_000;

/** How soon clients noticed faults of their own server, and were live again. */
export function timesOf(breaks: readonly Break[], done: readonly DoneFault[]): Times {
  const detectMs: number[] = [];
  const recoverMs: number[] = [];
  for (const { server, lostAtMs, liveAtMs } of breaks) {
    const cause = done.findLast(
      ({ atMs, fault }) =>
        atMs <= lostAtMs &&
        lostAtMs - atMs <= LONGEST_TO_DETECT_MS &&
        "server" in fault &&
        fault.server === server,
    );
    if (cause !== undefined) detectMs.push(lostAtMs - cause.atMs);
    if (liveAtMs !== null) recoverMs.push(liveAtMs - lostAtMs);
  }
  return { detectMs, recoverMs };
}

/** Median and maximum; null if there are no times. */
export function spread(times: readonly number[]): { readonly p50: number; readonly max: number } | null {
  const sorted = [...times].sort((a, b) => a - b);
  const max = sorted.at(-1);
  return max === undefined ? null : { p50: sorted[Math.floor((sorted.length - 1) / 2)] ?? max, max };
}
