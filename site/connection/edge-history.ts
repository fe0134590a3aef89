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
  const firstMs = nowMs - count * barMs;
  const reached = new Array<number>(count).fill(0);
  const failed = new Array<number>(count).fill(0);
  for (const { startMs, pass, warn, fail } of buckets) {
    const index = Math.floor((startMs - firstMs) / barMs);
    if (index < 0 || index >= count) continue;
    reached[index] = (reached[index] ?? 0) + pass + warn;
    failed[index] = (failed[index] ?? 0) + fail;
  }
  return reached.map((good, index) => ({
    fromMs: firstMs + index * barMs,
    outcome: outcomeOf(good, failed[index] ?? 0),
  }));
}

function outcomeOf(reached: number, failed: number): Bar["outcome"] {
  if (reached === 0) return failed === 0 ? "none" : "bad";
  return failed === 0 ? "good" : "mixed";
}
