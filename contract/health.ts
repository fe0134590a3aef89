import * as v from "valibot";
import { FAULT_KINDS } from "../client/faults/index.ts";
import type { Immutable } from "./immutable.ts";
import { count, isoTime } from "./values.ts";

/** As in draft-inadarei-api-health-check-06, section 3.1; `warn`: the page works, but something is wrong. */
export const healthStatusSchema = v.picklist(["pass", "warn", "fail"]);
export type HealthStatus = v.InferOutput<typeof healthStatusSchema>;

const faultKindSchema = v.picklist(FAULT_KINDS);

/** How certain the evidence makes a fault. */
const confidenceSchema = v.picklist(["certain", "likely", "possible"]);

/** The phases of a probe, in order. */
export const PHASE_NAMES = ["upgrade", "info", "auth", "roundtrip", "history", "subscribe"] as const;

/** A completed phase of a probe and its duration. */
export const phaseSchema = v.object({ name: v.picklist(PHASE_NAMES), durationMs: v.number() });
export type Phase = Immutable<v.InferOutput<typeof phaseSchema>>;

/** One check of one server (draft-inadarei-api-health-check-06, section 4). */
export const healthCheckSchema = v.object({
  /** The server's URL, as configured. */
  componentId: v.string(),
  componentType: v.literal("component"),
  status: healthStatusSchema,
  /** When it was observed. */
  time: isoTime,
  observedValue: v.union([v.number(), v.string()]),
  observedUnit: v.exactOptional(v.literal("ms")),
  /** What happened, in one sentence. */
  output: v.exactOptional(v.string()),
  /** What to do, in one sentence. */
  fix: v.exactOptional(v.string()),
  fault: v.exactOptional(faultKindSchema),
  confidence: v.exactOptional(confidenceSchema),
  /** The key of the explanation: the fault's kind, or something more specific. */
  explanation: v.exactOptional(v.string()),
  /** HTTP status of the upgrade, if there was a fault. */
  httpStatus: v.exactOptional(count),
  /** Only with `?verbose`. */
  phases: v.exactOptional(v.array(phaseSchema)),
});
export type HealthCheck = Immutable<v.InferOutput<typeof healthCheckSchema>>;

/** The body of `/readyz` (draft-inadarei-api-health-check-06, section 3); its top-level `status` sets the HTTP status. */
export const healthSchema = v.object({
  status: healthStatusSchema,
  description: v.string(),
  observationId: v.exactOptional(v.string()),
  /** When it was observed. */
  time: v.exactOptional(isoTime),
  output: v.exactOptional(v.string()),
  fix: v.exactOptional(v.string()),
  fault: v.exactOptional(v.picklist([...FAULT_KINDS, "configuration"])),
  /** Settings that work but are questionable. */
  notes: v.exactOptional(v.array(v.string())),
  /** Missing if the configuration is invalid, so that nothing could be observed. */
  checks: v.exactOptional(
    v.object({
      "nats:reachability": v.array(healthCheckSchema),
      "nats:responseTime": v.array(healthCheckSchema),
    }),
  ),
});
export type Health = Immutable<v.InferOutput<typeof healthSchema>>;

/** The body of `/livez`. */
export const livenessSchema = v.object({ status: healthStatusSchema });

/** The body of `/badge` (shields.io, "Endpoint Badge"). */
export const badgeSchema = v.object({
  schemaVersion: v.literal(1),
  label: v.string(),
  message: v.string(),
  color: v.picklist(["brightgreen", "yellow", "red"]),
  isError: v.boolean(),
});
export type Badge = Immutable<v.InferOutput<typeof badgeSchema>>;
