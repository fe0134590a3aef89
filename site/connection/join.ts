import { type Confidence, type EdgeView, type Fault, type FaultKind, fault } from "../../client/index.ts";
import { SERVER_WAS_REACHED } from "../../contract/server.ts";

/** What a browser says when it couldn't see the cause: here the edge's view helps. */
const CAUSE_UNSEEN: ReadonlySet<FaultKind> = new Set<FaultKind>(["unreachable", "timeout", "unknown"]);

/** Faults of the edge's that say only that it couldn't reach the server, and not why. */
const EDGE_SAW_NO_CAUSE: ReadonlySet<FaultKind> = new Set<FaultKind>(["unreachable", "unknown", "offline"]);

/** Whether the edge may know more about a fault than the browser that saw it. */
export function edgeMayKnow(seen: Fault): boolean {
  const { errText, closeReason, edge } = seen.evidence;
  // More is known than the kind says: no server was asked.
  if (seen.explanation !== seen.kind) return false;
  if (errText !== undefined || (closeReason !== undefined && closeReason !== "") || edge !== undefined) {
    return false;
  }
  return CAUSE_UNSEEN.has(seen.kind);
}

/**
 * Joins what the browser and the edge saw of the same server. The edge reaches it: the trouble is on the browser's
 * side. The edge doesn't either: its reason is probably everybody's, and more exact than a browser is allowed to see.
 * What is joined is never surer than the edge is, and never certain: nobody has seen both.
 */
export function joinViews(seen: Fault, edge: EdgeView): Fault {
  const evidence = { ...seen.evidence, edge };
  const { fault: kind } = edge;
  // A server that is known by its address only: the edge can't tell, browsers may get there.
  if (edge.explanation === "needs-name") return { ...seen, evidence };
  const confidence = joined(edge.confidence);
  if (edge.explanation === "origin-refused") {
    return { ...fault("upgrade-rejected", evidence, confidence), explanation: "origin-refused" };
  }
  const isReached = edge.status === "pass" || (edge.status === "warn" && kind === undefined);
  if (isReached || (kind !== undefined && SERVER_WAS_REACHED.has(kind))) {
    return { ...seen, evidence, confidence: "likely", explanation: "blocked-here" };
  }
  if (kind === undefined || EDGE_SAW_NO_CAUSE.has(kind)) {
    return { ...seen, evidence, confidence, explanation: "down-for-everyone" };
  }
  return fault(kind, evidence, confidence);
}

function joined(ofEdge: Confidence = "likely"): Confidence {
  return ofEdge === "certain" ? "likely" : ofEdge;
}
