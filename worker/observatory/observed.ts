import type { Bucket } from "../../contract/status.ts";

/** The history of a set of servers. */
export interface ObservedHistory {
  readonly day: readonly Bucket[];
  readonly quarter: readonly Bucket[];
  /** Whether something couldn't be kept or read. */
  readonly hasHoles: boolean;
}

/** The share of observations in which NATS was reached, 0 to 1; null when there were none. */
export function uptimeOf(buckets: readonly Bucket[]): number | null {
  let reached = 0;
  let all = 0;
  for (const { pass, warn, fail } of buckets) {
    reached += pass + warn;
    all += pass + warn + fail;
  }
  return all === 0 ? null : reached / all;
}
