import type { HealthStatus } from "../../contract/health.ts";
import type { Observation, ServerCheck } from "../../contract/status.ts";
import type { ProbeConfig } from "../probe/plan.ts";

/** The configuration of probes of these servers, without credentials. */
export const probeConfig = (...servers: string[]): ProbeConfig => ({
  servers,
  feeds: [],
  explore: [],
  auth: { mode: "none" },
  publicUrl: null,
});

/** The number of connections that a real server has accepted since it started. */
export async function connectionsTo(monitor: string): Promise<number> {
  return ((await (await fetch(`${monitor}/varz`)).json()) as { total_connections: number }).total_connections;
}

export const NOON_MS = Date.UTC(2026, 10, 24, 12);

/** An observation of the one server `ws://a`. */
export function observationOf(
  status: HealthStatus,
  observedAtMs = NOON_MS,
  kind: "timeout" | "refused" | "auth-rejected" = "timeout",
): Observation {
  const words = { confidence: "likely", explanation: kind, output: "s", fix: "f" } as const;
  const server: ServerCheck = {
    componentId: "ws://a",
    componentType: "component",
    status,
    time: new Date(observedAtMs).toISOString(),
    observedValue: "reached",
    ...(status === "fail" && { observedValue: kind, fault: kind, ...words }),
    durationMs: 1,
    phases: [],
  };
  return { id: "x", observedAtMs, durationMs: 1, status, isConfirmed: true, servers: [server] };
}
