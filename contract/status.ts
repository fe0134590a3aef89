import * as v from "valibot";
import { healthCheckSchema, healthStatusSchema, phaseSchema } from "./health.ts";
import type { Immutable } from "./immutable.ts";
import { count } from "./values.ts";

/** One server in an observation: its check in `/readyz`, and what `/readyz` omits or shows only with `?verbose`. */
const serverCheckSchema = v.object({
  ...healthCheckSchema.entries,
  /** From the upgrade to the end of the probe, in milliseconds. */
  durationMs: count,
  /** The completed phases. */
  phases: v.array(phaseSchema),
  /** Whether viewers' credentials can publish there; missing if that wasn't tried. */
  mayPublish: v.exactOptional(v.boolean()),
});
export type ServerCheck = Immutable<v.InferOutput<typeof serverCheckSchema>>;

/** The result of one probe of all servers; every health answer shows the same one. */
const observationSchema = v.object({
  id: v.string(),
  /** When the probe began, in epoch milliseconds. */
  observedAtMs: count,
  durationMs: count,
  status: healthStatusSchema,
  /** False for a total failure seen only once: the servers are probed again soon. */
  isConfirmed: v.boolean(),
  servers: v.array(serverCheckSchema),
});
export type Observation = Immutable<v.InferOutput<typeof observationSchema>>;

/** How many minutes of a period had each status; a minute counts as the worst status observed in it. */
const bucketSchema = v.object({
  /** The period's start in epoch milliseconds. */
  startMs: count,
  pass: count,
  warn: count,
  fail: count,
});
export type Bucket = Immutable<v.InferOutput<typeof bucketSchema>>;

const share = v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1)));

/** The body of `/api/status`: the current observation and the history. */
export const statusSchema = v.object({
  observation: observationSchema,
  /** Share of the observed minutes that didn't fail, 0 to 1; null before the first. */
  uptime: v.object({ day: share, quarter: share }),
  /** Whether every observation could be stored and read. */
  isHistoryComplete: v.boolean(),
  /** The last 24 hours by ten minutes, oldest first, without unobserved periods. */
  day: v.array(bucketSchema),
  /** The last 90 days by day (UTC), oldest first, without unobserved days. */
  quarter: v.array(bucketSchema),
});
export type Status = Immutable<v.InferOutput<typeof statusSchema>>;

/** The history in a status. */
export type ObservedHistory = Pick<Status, "day" | "quarter" | "isHistoryComplete">;
