import type { Bucket } from "../../contract/status.ts";

/** One bar: a stretch of time and how it went; `none` where nothing was observed, and nothing is claimed. */
export interface Bar {
  readonly fromMs: number;
  readonly outcome: "none" | "good" | "mixed" | "bad";
}

/** Sums buckets up to bars of one length, oldest first, the last of them ending at `nowMs`. */
export function barsOf(
  buckets: readonly Omit<Bucket, "meanRoundTripMs">[],
  count: number,
  barMs: number,
  nowMs: number,
): readonly Bar[] {
  return Array.from({ length: count }, (_, index) => {
    const fromMs = nowMs - (count - index) * barMs;
    const own = buckets.filter(({ startMs }) => startMs >= fromMs && startMs < fromMs + barMs);
    const isReached = own.some(({ pass, warn }) => pass + warn > 0);
    const isFailed = own.some(({ fail }) => fail > 0);
    const outcome = isReached ? (isFailed ? "mixed" : "good") : isFailed ? "bad" : "none";
    return { fromMs, outcome };
  });
}
