import type { HealthStatus } from "../../contract/health.ts";
import type { ServerCheck } from "../../contract/status.ts";
import { classify, isUsable, type Verdict } from "./classify.ts";
import type { ProbeEvidence } from "./evidence.ts";
import { explain, explainSlow } from "./words.ts";

/** Above this a server that answers is slow, milliseconds. */
export const SLOW_MS = 1500;

/** What the evidence of a server amounts to, as all are told of it. Pure. */
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
    ...(verdict !== null && faultOf(server, verdict)),
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

/** What a check says of a fault. */
export function faultOf(server: string, { kind: fault, confidence, explanation = fault }: Verdict) {
  return { ...explain(explanation, server), observedValue: fault, fault, confidence, explanation };
}
