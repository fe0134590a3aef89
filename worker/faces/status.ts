import { type Bucket, uptimeOf } from "../observatory/history.ts";
import type { ObservedHistory } from "../observatory.ts";
import type { Observation } from "../probe/observation.ts";

/** The body of `/api/status`: the present observation and the past, for the page. */
export interface Status {
  readonly observation: Observation;
  /** Share of observations in which NATS was reached, 0 to 1; null before the first. */
  readonly uptime: { readonly day: number | null; readonly quarter: number | null };
  /** The last 24 hours by minute, oldest first; a minute without observation is left out. */
  readonly minutes: readonly Bucket[];
  /** The last 90 days by hour, oldest first; an hour without observation is left out. */
  readonly hours: readonly Bucket[];
}

/** Renders an observation and its history. */
export function statusOf(observation: Observation, { minutes, hours }: ObservedHistory): Status {
  return { observation, uptime: { day: uptimeOf(minutes), quarter: uptimeOf(hours) }, minutes, hours };
}
