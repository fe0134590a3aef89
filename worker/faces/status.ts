import type { Bucket, Observation, ObservedHistory, Status } from "../../contract/status.ts";

/** Renders an observation and its history. */
export function statusOf(
  observation: Observation,
  { day, quarter, isHistoryComplete }: ObservedHistory,
): Status {
  const uptime = { day: uptimeOf(day), quarter: uptimeOf(quarter) };
  return { observation, uptime, isHistoryComplete, day, quarter };
}

/** The share of observations in which NATS was reached, 0 to 1; null when there were none. */
export function uptimeOf(buckets: readonly Bucket[]): number | null {
  const sum = (of: (bucket: Bucket) => number) => buckets.reduce((total, bucket) => total + of(bucket), 0);
  const reached = sum(({ pass, warn }) => pass + warn);
  const all = reached + sum(({ fail }) => fail);
  return all === 0 ? null : reached / all;
}
