import type { Observation, Status } from "../../contract/status.ts";
import { uptimeOf } from "../observatory/history.ts";
import type { ObservedHistory } from "../observatory.ts";

/** Renders an observation and its history. */
export function statusOf(observation: Observation, { day, quarter, hasHoles }: ObservedHistory): Status {
  const uptime = { day: uptimeOf(day), quarter: uptimeOf(quarter) };
  return { observation, uptime, isHistoryComplete: !hasHoles, day, quarter };
}
