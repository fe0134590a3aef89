import type { Break } from "./client.ts";
import type { Blow } from "./faults.ts";

/** A fault with the time at which it came, by the wall clock. */
export interface DoneFault {
  readonly atMs: number;
  readonly fault: Blow["fault"];
}

/** How long clients took, milliseconds. */
export interface Times {
  /** From a fault on the own link to the client's knowing; of breaks that such a fault explains. */
  readonly detectMs: readonly number[];
  /** From there to being live again. */
  readonly recoverMs: readonly number[];
}

/** A break that comes later than this after a fault is another's. */
const LONGEST_TO_DETECT_MS = 30_000;

/** How soon clients noticed faults of their own links, and were back. */
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

/** The middle and the most of some times; null of none. */
export function spread(times: readonly number[]): { readonly p50: number; readonly max: number } | null {
  const sorted = [...times].sort((a, b) => a - b);
  const max = sorted.at(-1);
  return max === undefined ? null : { p50: sorted[Math.floor((sorted.length - 1) / 2)] ?? max, max };
}
