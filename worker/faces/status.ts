import type { Bucket, Observation, ObservedHistory, Status } from "../../contract/status.ts";

/** Renders an observation and its history as the body of `/api/status`. */
export function statusOf(
  observation: Observation,
  { day, quarter, isHistoryComplete }: ObservedHistory,
): Status {
  const uptime = { day: uptimeOf(day), quarter: uptimeOf(quarter) };
  return { observation, uptime, isHistoryComplete, day, quarter };
}

/** The share of observed minutes that didn't fail, 0 to 1; null without any. */
export function uptimeOf(buckets: readonly Bucket[]): number | null {
  const sum = (of: (bucket: Bucket) => number) => buckets.reduce((total, bucket) => total + of(bucket), 0);
  const failed = sum(({ fail }) => fail);
  const all = sum(({ pass, warn, fail }) => pass + warn + fail);
  return all === 0 ? null : (all - failed) / all;
}
