import type { HealthStatus } from "../contract/health.ts";
import type { Observation, ServerCheck } from "../contract/status.ts";
import { PUBLIC_RESOLVER } from "./probe/dns.ts";
import type { ProbePlan } from "./probe/plan.ts";
import { observeServer } from "./probe/server.ts";

/** Probes all servers in parallel. Never rejects; takes at most 4 s. */
export async function observe(
  servers: readonly string[],
  plan: ProbePlan,
  resolver = PUBLIC_RESOLVER,
): Promise<Observation> {
  const observedAtMs = Date.now();
  const time = new Date(observedAtMs).toISOString();
  const observed = await Promise.all(servers.map((server) => observeServer(server, time, plan, resolver)));
  return {
    id: crypto.randomUUID(),
    observedAtMs,
    durationMs: Date.now() - observedAtMs,
    status: overallStatus(observed),
    isConfirmed: true,
    servers: observed,
  };
}

/** One working server of several is enough for the page, but is a warning. */
function overallStatus(servers: readonly Pick<ServerCheck, "status">[]): HealthStatus {
  if (servers.every(({ status }) => status === "pass")) return "pass";
  return servers.every(({ status }) => status === "fail") ? "fail" : "warn";
}
