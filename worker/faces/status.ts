import type { Observation, Status } from "../../contract/status.ts";
import { type ObservedHistory, uptimeOf } from "../observatory/observed.ts";

/** Renders an observation and its history. */
export function statusOf(observation: Observation, { day, quarter, hasHoles }: ObservedHistory): Status {
  const uptime = { day: uptimeOf(day), quarter: uptimeOf(quarter) };
  return { observation, uptime, isHistoryComplete: !hasHoles, day, quarter };
}
