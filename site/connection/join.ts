import { type Confidence, type EdgeView, type Fault, type FaultKind, fault } from "../../client/index.ts";
import { REACHED_SERVER_FAULTS } from "../../contract/server.ts";

/** Faults of which a browser can't see the cause, so that the edge's view helps. */
const CAUSE_UNSEEN: ReadonlySet<FaultKind> = new Set<FaultKind>(["unreachable", "timeout", "unknown"]);

/** Faults that say only that the edge couldn't reach the server, not why. */
const EDGE_SAW_NO_CAUSE: ReadonlySet<FaultKind> = new Set<FaultKind>(["unreachable", "unknown", "offline"]);

/** Whether the edge may know more about a fault than the browser that saw it. */
export function edgeMayKnow(seen: Fault): boolean {
  const { errText, closeReason, edge } = seen.evidence;
  // The explanation already names a cause; no server was involved.
  if (seen.explanation !== seen.kind) return false;
  if (errText !== undefined || (closeReason !== undefined && closeReason !== "") || edge !== undefined) {
    return false;
  }
  return CAUSE_UNSEEN.has(seen.kind);
}

/**
 * Joins the views of the browser and of the edge of the same server. If the edge reaches the server, the problem is
 * on the browser's side. If not, the edge's reason probably applies to everyone, and is more exact than what browsers
 * reveal. The result is never more confident than the edge, and never certain.
 */
export function joinViews(seen: Fault, edge: EdgeView): Fault {
  const evidence = { ...seen.evidence, edge };
  const { fault: kind } = edge;
  // Cloudflare's edge can't connect to IP addresses, but browsers may: the edge's view says nothing.
  if (edge.explanation === "needs-name") return { ...seen, evidence };
  const confidence = joined(edge.confidence);
  if (edge.explanation === "origin-refused") {
    return { ...fault("upgrade-rejected", evidence, confidence), explanation: "origin-refused" };
  }
  const isReached = edge.status === "pass" || (edge.status === "warn" && kind === undefined);
  if (isReached || (kind !== undefined && REACHED_SERVER_FAULTS.has(kind))) {
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
