import * as v from "valibot";
import { healthCheckSchema, healthStatusSchema, phaseSchema } from "./health.ts";
import type { Immutable } from "./immutable.ts";
import { count } from "./values.ts";

/** One server, as it was seen once: its check in `/readyz`, and what isn't told there, or only when asked for. */
const serverCheckSchema = v.object({
  ...healthCheckSchema.entries,
  /** From the upgrade to the end, milliseconds. */
  durationMs: count,
  /** The steps that ended well. */
  phases: v.array(phaseSchema),
  /** Whether viewers' credentials could publish there; missing where that wasn't tried. */
  mayPublish: v.exactOptional(v.boolean()),
});
export type ServerCheck = Immutable<v.InferOutput<typeof serverCheckSchema>>;

/** All servers, as they were seen once: every answer shows this same one. */
const observationSchema = v.object({
  id: v.string(),
  /** When the looking began, epoch milliseconds. */
  observedAtMs: count,
  durationMs: count,
  status: healthStatusSchema,
  /** Whether a failure was seen twice, or nothing held it back; what isn't is looked at again soon. */
  isConfirmed: v.boolean(),
  servers: v.array(serverCheckSchema),
});
export type Observation = Immutable<v.InferOutput<typeof observationSchema>>;

/** What was observed within a stretch of time: of how many minutes what was the worst, however often it was looked in each. */
const bucketSchema = v.object({
  /** Its beginning, epoch milliseconds. */
  startMs: count,
  pass: count,
  warn: count,
  fail: count,
});
export type Bucket = Immutable<v.InferOutput<typeof bucketSchema>>;

const share = v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1)));

/** The body of `/api/status`: the present observation and the past. */
export const statusSchema = v.object({
  observation: observationSchema,
  /** Share of the observed minutes in which NATS was reached, 0 to 1; null before the first. */
  uptime: v.object({ day: share, quarter: share }),
  /** Whether all that was observed could be kept and read. */
  isHistoryComplete: v.boolean(),
  /** The last 24 hours by ten minutes, oldest first; a stretch without observation is left out. */
  day: v.array(bucketSchema),
  /** The last 90 days by day (UTC), oldest first; a day without observation is left out. */
  quarter: v.array(bucketSchema),
});
export type Status = Immutable<v.InferOutput<typeof statusSchema>>;

/** The past of a status. */
export type ObservedHistory = Pick<Status, "day" | "quarter" | "isHistoryComplete">;
