import * as v from "valibot";
import { FAULT_KINDS } from "../client/faults/index.ts";
import type { Immutable } from "./immutable.ts";
import { count, isoTime } from "./values.ts";

/** As in `application/health+json` (draft-inadarei-api-health-check-06, section 3.1). Warn: the page works, and something is wrong. */
export const healthStatusSchema = v.picklist(["pass", "warn", "fail"]);
export type HealthStatus = v.InferOutput<typeof healthStatusSchema>;

const faultKindSchema = v.picklist(FAULT_KINDS);

/** How sure the evidence makes of a fault. */
const confidenceSchema = v.picklist(["certain", "likely", "possible"]);

/** The steps of a probe, in their order. */
export const PHASE_NAMES = ["upgrade", "info", "auth", "roundtrip", "history", "subscribe"] as const;

/** One step of a probe that ended well, and how long it took. */
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
  /** What explains the fault: its kind, or something more exact. */
  explanation: v.exactOptional(v.string()),
  /** HTTP status of the upgrade, where there was a fault. */
  httpStatus: v.exactOptional(count),
  /** Only when asked for. */
  phases: v.exactOptional(v.array(phaseSchema)),
});
export type HealthCheck = Immutable<v.InferOutput<typeof healthCheckSchema>>;

/** The body of `/readyz` (draft-inadarei-api-health-check-06, section 3); its top-level `status` decides. */
export const healthSchema = v.object({
  status: healthStatusSchema,
  description: v.string(),
  observationId: v.exactOptional(v.string()),
  /** When it was observed. */
  time: v.exactOptional(isoTime),
  output: v.exactOptional(v.string()),
  fix: v.exactOptional(v.string()),
  fault: v.exactOptional(v.picklist([...FAULT_KINDS, "configuration"])),
  /** What works and yet is doubtful in the configuration. */
  notes: v.exactOptional(v.array(v.string())),
  /** Missing where nothing could be observed, because the configuration is wrong. */
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

/** The body of `/badge`, as shields.io takes it (shields.io, "Endpoint Badge"). */
export const badgeSchema = v.object({
  schemaVersion: v.literal(1),
  label: v.string(),
  message: v.string(),
  color: v.picklist(["brightgreen", "yellow", "red"]),
  isError: v.boolean(),
});
export type Badge = Immutable<v.InferOutput<typeof badgeSchema>>;
