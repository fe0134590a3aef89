import type { Observation, Status } from "../../contract/status.ts";
import { uptimeOf } from "../observatory/history.ts";
import type { ObservedHistory } from "../observatory.ts";

/** Renders an observation and its history. */
export function statusOf(observation: Observation, { minutes, hours }: ObservedHistory): Status {
  return { observation, uptime: { day: uptimeOf(minutes), quarter: uptimeOf(hours) }, minutes, hours };
}
