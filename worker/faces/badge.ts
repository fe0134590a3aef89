import type { Badge, HealthStatus } from "../../contract/health.ts";
import type { Observation } from "../../contract/status.ts";
import { worstOf } from "./health.ts";

const FACES: Readonly<Record<HealthStatus, readonly [word: string, color: Badge["color"]]>> = {
  pass: ["up", "brightgreen"],
  warn: ["degraded", "yellow"],
  fail: ["down", "red"],
};

/** Renders an observation as a badge that names the worst fault. */
export function badgeOf({ status, servers }: Pick<Observation, "status" | "servers">): Badge {
  const [word, color] = FACES[status];
  const fault = worstOf(servers)?.fault;
  const message = fault === undefined ? word : `${word}: ${fault}`;
  return { schemaVersion: 1, label: "NATS", message, color, isError: status === "fail" };
}

/** The badge of a worker whose configuration is invalid. */
export const MISCONFIGURED_BADGE: Badge = {
  ...badgeOf({ status: "fail", servers: [] }),
  message: "misconfigured",
};
