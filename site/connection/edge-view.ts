import { type EdgeView, FAULT_KINDS, type FaultKind } from "../../client/index.ts";

/** The part of `/readyz`'s `application/health+json` that is read: one check for each server. */
interface Check {
  readonly componentId: string;
  readonly status: "pass" | "warn" | "fail";
  readonly time: string;
  readonly fault?: unknown;
  readonly output?: unknown;
}

/** What `/readyz` says of one server; null when it doesn't say, or isn't what it should be. */
export function edgeViewOf(health: unknown, server: string | undefined): EdgeView | null {
  const checks = checksOf(health);
  const check =
    checks.find(({ componentId }) => server !== undefined && isSameServer(componentId, server)) ??
    (checks.length === 1 ? checks[0] : undefined);
  if (check === undefined) return null;
  const { status, time, fault, output } = check;
  return {
    status,
    observedAtMs: Date.parse(time),
    ...(isFaultKind(fault) ? { kind: fault } : {}),
    ...(typeof output === "string" ? { detail: output } : {}),
  };
}

function checksOf(health: unknown): readonly Check[] {
  if (!isRecord(health) || !isRecord(health.checks)) return [];
  const checks = health.checks["nats:reachability"];
  return Array.isArray(checks) ? checks.filter(isCheck) : [];
}

function isCheck(value: unknown): value is Check {
  return (
    isRecord(value) &&
    typeof value.componentId === "string" &&
    (value.status === "pass" || value.status === "warn" || value.status === "fail") &&
    typeof value.time === "string" &&
    !Number.isNaN(Date.parse(value.time))
  );
}

function isFaultKind(value: unknown): value is FaultKind {
  return FAULT_KINDS.some((kind) => kind === value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** `ws://host` and `ws://host/` are one server. */
function isSameServer(one: string, other: string): boolean {
  return (
    one === other || (URL.canParse(one) && URL.canParse(other) && new URL(one).href === new URL(other).href)
  );
}
