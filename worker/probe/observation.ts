import type { Confidence, FaultKind } from "../../client/index.ts";

/** `pass`, `warn` or `fail`, as in `application/health+json` (draft-inadarei-api-health-check-06, section 3.1). */
export type HealthStatus = "pass" | "warn" | "fail";

/** The steps of a probe, in their order. */
export const PHASE_NAMES = ["upgrade", "info", "auth", "roundtrip", "subscribe"] as const;

/** One step: how long it took, if it ended well. */
export interface Phase {
  readonly name: (typeof PHASE_NAMES)[number];
  readonly durationMs: number;
}

/** What is wrong with a server, in words that hold nothing the server itself sent. */
export interface ServerFault {
  readonly kind: FaultKind;
  readonly confidence: Confidence;
  /** One plain sentence: what happened. */
  readonly sentence: string;
  /** One plain sentence: what to do now. */
  readonly fix: string;
}

/** One server, as it was seen once. */
export interface ServerObservation {
  readonly server: string;
  readonly status: HealthStatus;
  readonly fault: ServerFault | null;
  /** From the upgrade to the end, milliseconds. */
  readonly durationMs: number;
  /** HTTP status of the upgrade: 101 when it opened; null when there was no answer. */
  readonly httpStatus: number | null;
  /** One PING and its PONG, milliseconds; null when it didn't come so far. */
  readonly roundTripMs: number | null;
  /** The steps that ended well. */
  readonly phases: readonly Phase[];
}

/** All servers, as they were seen once: every face shows this same one. */
export interface Observation {
  readonly id: string;
  /** When the looking began, epoch milliseconds. */
  readonly observedAtMs: number;
  readonly durationMs: number;
  readonly status: HealthStatus;
  readonly servers: readonly ServerObservation[];
}

/** One server of several is enough for the page to work, but not for a quiet night. */
export function overallStatus(servers: readonly Pick<ServerObservation, "status">[]): HealthStatus {
  if (servers.every(({ status }) => status === "pass")) return "pass";
  return servers.every(({ status }) => status === "fail") ? "fail" : "warn";
}
