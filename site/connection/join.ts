import { type EdgeView, type ExplanationKey, type Fault, type FaultKind, fault } from "../../client/index.ts";

/** What a browser says when it couldn't see the cause: here the edge's view helps. */
const CAUSE_UNSEEN: ReadonlySet<FaultKind> = new Set<FaultKind>(["unreachable", "timeout", "unknown"]);

/** Faults of the edge's that only a server that was reached can cause. */
const SERVER_WAS_REACHED: ReadonlySet<FaultKind> = new Set<FaultKind>([
  "auth-required",
  "auth-rejected",
  "auth-expired",
  "auth-revoked",
  "permission",
  "max-connections",
]);

/** Faults of the edge's that say only that it couldn't reach the server, and not why. */
const EDGE_SAW_NO_CAUSE: ReadonlySet<FaultKind> = new Set<FaultKind>(["unreachable", "unknown", "offline"]);

/** Whether the edge may know more about a fault than the browser that saw it. */
export function edgeMayKnow(seen: Fault): boolean {
  const { errText, closeReason, edge } = seen.evidence;
  if (errText !== undefined || (closeReason !== undefined && closeReason !== "") || edge !== undefined) {
    return false;
  }
  return CAUSE_UNSEEN.has(seen.kind);
}

/**
 * Joins what the browser and the edge saw of the same server. The edge reaches
 * it: the trouble is on the browser's side. The edge doesn't either: its
 * reason is everybody's, and more exact than a browser is allowed to see.
 */
export function joinViews(seen: Fault, edge: EdgeView): Fault {
  const evidence = { ...seen.evidence, edge };
  const kind = edge.kind ?? "unknown";
  if (edge.status !== "fail" || SERVER_WAS_REACHED.has(kind)) {
    return { ...seen, evidence, confidence: "likely", explanation: "blocked-here" };
  }
  if (EDGE_SAW_NO_CAUSE.has(kind)) {
    const explanation: ExplanationKey = "down-for-everyone";
    return { ...seen, evidence, confidence: "likely", explanation };
  }
  return fault(kind, evidence);
}
