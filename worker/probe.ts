import type { Login } from "./probe/login.ts";
import { type Observation, overallStatus } from "./probe/observation.ts";
import { observeServer } from "./probe/server.ts";

/** Looks at all servers side by side. Never rejects; takes at most 4 s. */
export async function observe(servers: readonly string[], login: Login | null): Promise<Observation> {
  const observedAtMs = Date.now();
  const observed = await Promise.all(servers.map((server) => observeServer(server, login)));
  return {
    id: crypto.randomUUID(),
    observedAtMs,
    durationMs: Date.now() - observedAtMs,
    status: overallStatus(observed),
    servers: observed,
  };
}
