import type { HealthStatus } from "../../contract/health.ts";
import type { ServerCheck } from "../../contract/status.ts";
import { classify, isUsable, type Verdict } from "./classify.ts";
import { explain, explainSlow } from "./edge-explanations.ts";
import type { ProbeEvidence } from "./evidence.ts";

/** A server that takes longer than this, in milliseconds, is slow. */
export const SLOW_MS = 1500;

/** Turns the evidence about a server into its check. Pure. */
export function checkOf(
  server: string,
  evidence: ProbeEvidence,
  { time, durationMs }: Pick<ServerCheck, "time" | "durationMs">,
): ServerCheck {
  const { upgrade, session } = evidence;
  const verdict = classify(evidence);
  const mayPublish = session?.mayPublish ?? null;
  return {
    componentId: server,
    componentType: "component",
    status: statusOf(verdict, durationMs),
    time,
    observedValue: "reached",
    ...(verdict !== null && faultFields(server, verdict)),
    ...(verdict !== null && "httpStatus" in upgrade && { httpStatus: upgrade.httpStatus }),
    ...(verdict === null && durationMs > SLOW_MS && explainSlow(server, durationMs)),
    durationMs,
    phases: session?.phases ?? [],
    ...(mayPublish !== null && { mayPublish }),
  };
}

function statusOf(verdict: Verdict | null, durationMs: number): HealthStatus {
  if (!isUsable(verdict)) return "fail";
  return verdict !== null || durationMs > SLOW_MS ? "warn" : "pass";
}

/** The fields of a check that describe a fault. */
export function faultFields(server: string, { kind: fault, confidence, explanation = fault }: Verdict) {
  return { ...explain(explanation, server), observedValue: fault, fault, confidence, explanation };
}
