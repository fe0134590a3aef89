import type { Badge, HealthStatus } from "../../contract/health.ts";
import type { Observation } from "../../contract/status.ts";
import { worstOf } from "./health.ts";

const FACES: Readonly<Record<HealthStatus, readonly [word: string, color: Badge["color"]]>> = {
  pass: ["up", "brightgreen"],
  warn: ["degraded", "yellow"],
  fail: ["down", "red"],
};

/** Renders an observation as a badge; the worst fault is named. */
export function badgeOf({ status, servers }: Pick<Observation, "status" | "servers">): Badge {
  const [word, color] = FACES[status];
  const fault = worstOf(servers)?.fault;
  const message = fault === undefined ? word : `${word}: ${fault}`;
  return { schemaVersion: 1, label: "NATS", message, color, isError: status === "fail" };
}

/** The badge of a worker that can't observe anything, because its environment is wrong. */
export const MISCONFIGURED_BADGE: Badge = {
  ...badgeOf({ status: "fail", servers: [] }),
  message: "misconfigured",
};
