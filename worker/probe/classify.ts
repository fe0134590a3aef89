import { type Confidence, classifyDial, type FaultKind } from "../../client/faults/index.ts";
import { REACHED_SERVER_FAULTS } from "../../contract/server.ts";
import type { EdgeExplanationKey } from "./edge-explanations.ts";
import type { ProbeEvidence, SessionEvidence, UpgradeEvidence } from "./evidence.ts";

/** What is wrong with a server, according to all the evidence. */
export interface Verdict {
  readonly kind: FaultKind;
  readonly confidence: Confidence;
  /** The explanation's key, if it isn't the kind. */
  readonly explanation?: EdgeExplanationKey | undefined;
  /** Set if a worse fault keeps the page out besides this one. */
  readonly hidesFailure?: boolean;
}

const verdict =
  (confidence: Confidence) =>
  (kind: FaultKind, explanation?: EdgeExplanationKey): Verdict => ({ kind, confidence, explanation });
const certain = verdict("certain");
const likely = verdict("likely");

/** Judges the evidence about a server; null if nothing is wrong. Pure. */
export function classify(evidence: ProbeEvidence): Verdict | null {
  const { isMixedContent, session, hasCredentials, refusesOrigin, tcp, isSecure, upgrade } = evidence;
  if (isMixedContent) return certain("mixed-content");
  if (session !== undefined) {
    const found = classifySession(session, hasCredentials);
    // From a fault of a reached server, the page would conclude that only this browser is blocked, so origin-refused wins.
    const isReached = found === null || REACHED_SERVER_FAULTS.has(found.kind);
    if (!refusesOrigin || !isReached) return found;
    return { ...certain("upgrade-rejected", "origin-refused"), hidesFailure: !isUsable(found) };
  }
  // The protocol that the port speaks over plain TCP beats any guess from a failed upgrade.
  if (tcp === "nats") return certain("wrong-port");
  if (tcp === "tls" && !isSecure) return certain("tls");
  if (upgrade.outcome === "answered") return classifyAnswer(upgrade);
  if (upgrade.outcome === "timeout") return certain("timeout");
  return classifyBroken(evidence);
}

/** Known texts of refusals that tell more than the HTTP status. */
const BY_BODY: readonly (readonly [words: RegExp, verdict: Verdict])[] = [
  // Go's and nginx's HTTPS ports answer this to plain HTTP; nats-server's WebSocket port is Go's.
  [/HTTP request (was sent )?to (an )?HTTPS/i, certain("tls")],
  // Cloudflare's edge ("Cloudflare 1xxx errors").
  [/error code: 1033/i, certain("unreachable", "tunnel-down")],
  [/error code: 1016/i, certain("dns")],
  [/error code: 1003/i, certain("unreachable", "needs-name")],
  // nats-server answers this if the upgrade headers were lost on the way (`server/websocket.go`).
  [/invalid value for header '(?:Upgrade|Connection)'/i, certain("upgrade-rejected", "headers-stripped")],
];

/** Statuses with which a proxy reports on the server behind it. */
const BY_STATUS: ReadonlyMap<number, Verdict> = new Map([
  // Gateway errors (RFC 9110, section 15.6); nats-server never sends them.
  [502, likely("unreachable", "behind-proxy")],
  [503, likely("unreachable", "behind-proxy")],
  [504, likely("unreachable", "behind-proxy")],
  // Cloudflare's edge sends these if it can't reach the origin (developers.cloudflare.com, "Cloudflare 5xx errors").
  [521, likely("refused")],
  [522, likely("timeout")],
  [523, likely("unreachable")],
  [524, likely("timeout")],
  [525, likely("tls")],
  [526, likely("tls")],
  [530, likely("dns")],
]);

/** Whether an upgrade may have been refused for its Origin, which another Origin's success would prove. */
export function mayBeOriginRefusal(upgrade: UpgradeEvidence): boolean {
  const isForbidden = upgrade.outcome === "answered" && upgrade.httpStatus === 403;
  return isForbidden && classifyBody(upgrade.body) === undefined;
}

/** The verdict for a refusal's body; undefined if it is unknown. */
function classifyBody(body: string): Verdict | undefined {
  return BY_BODY.find(([words]) => words.test(body))?.[1];
}

function classifyAnswer({ httpStatus, body }: UpgradeEvidence & { outcome: "answered" }): Verdict {
  const known = classifyBody(body) ?? BY_STATUS.get(httpStatus);
  // Success without an upgrade comes from something that doesn't speak WebSocket.
  return known ?? certain(httpStatus < 300 ? "not-nats" : "upgrade-rejected");
}

/** Judges an upgrade that got no answer, by what TCP and DNS say. */
function classifyBroken({ upgrade, tcp, dns, isSecure, isAddress }: ProbeEvidence): Verdict {
  if (tcp === "http" && isSecure) return certain("tls");
  if (tcp === "tls" || tcp === "http" || tcp === "unknown") return likely(isSecure ? "tls" : "not-nats");
  // workerd reports an internal error if a name has no address. With any other error, its resolver knows the name.
  const isHidden = upgrade.outcome === "failed" && upgrade.isInternal;
  if (dns === "not-found" && (isHidden || tcp !== "refused")) return certain("dns");
  if (tcp === "timeout") return likely("timeout");
  if (tcp !== "refused") return verdict("possible")("unreachable");
  return likely(isHidden && !isAddress && dns !== "found" ? "dns" : "refused");
}

const PARTIAL: ReadonlySet<EdgeExplanationKey> = new Set<EdgeExplanationKey>([
  "permission",
  "too-many-subscriptions",
  "may-publish",
  "no-history",
  "origin-refused",
]);

/** Whether the page can show something despite a fault, or the fault affects only browsers. */
export function isUsable(found: Verdict | null): boolean {
  if (found === null) return true;
  return found.hidesFailure !== true && PARTIAL.has(found.explanation ?? found.kind);
}

/** Viewers who may publish are a worse fault than a feed that can't be read. */
function classifySession(session: SessionEvidence, hasCredentials: boolean): Verdict | null {
  const found = classifyEnding(session, hasCredentials);
  return session.mayPublish === true && isUsable(found) ? certain("permission", "may-publish") : found;
}

function classifyEnding(session: SessionEvidence, hasCredentials: boolean): Verdict | null {
  if (session.outcome === "pong") return null;
  if (session.outcome === "no-history") return certain("permission", "no-history");
  if (session.outcome === "flood") return certain("protocol", "flood");
  if (session.outcome === "timeout" && !session.infoReceived) return likely("timeout", "info-lost");
  // The client's classifier knows the other faults.
  const { kind, confidence } = classifyDial({ ...session, socketOpened: true }, hasCredentials);
  return { kind, confidence };
}
