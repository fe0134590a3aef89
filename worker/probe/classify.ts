import { type Confidence, classifyDial, type FaultKind } from "../../client/faults/index.ts";
import { SERVER_WAS_REACHED } from "../../contract/server.ts";
import type { ProbeEvidence, SessionEvidence, UpgradeEvidence } from "./evidence.ts";
import type { ExplanationKey } from "./words.ts";

/** What the joined evidence amounts to. */
export interface Verdict {
  readonly kind: FaultKind;
  readonly confidence: Confidence;
  /** What explains it, where that isn't the kind. */
  readonly explanation?: ExplanationKey | undefined;
  /** Set where something worse is wrong beside it, so that it isn't all that keeps the page out. */
  readonly hidesFailure?: boolean;
}

const verdict =
  (confidence: Confidence) =>
  (kind: FaultKind, explanation?: ExplanationKey): Verdict => ({ kind, confidence, explanation });
const certain = verdict("certain");
const likely = verdict("likely");

/** Names what is wrong with a server; null when nothing is. Pure: the evidence is all it knows. */
export function classify(evidence: ProbeEvidence): Verdict | null {
  const { isMixedContent, session, hasCredentials, refusesOrigin, tcp, isSecure, upgrade } = evidence;
  if (isMixedContent) return certain("mixed-content");
  if (session !== undefined) {
    const found = classifySession(session, hasCredentials);
    // The page would take these for a server that everybody but its browser reaches: those that ask why must hear this.
    const isReached = found === null || SERVER_WAS_REACHED.has(found.kind);
    if (!refusesOrigin || !isReached) return found;
    return { ...certain("upgrade-rejected", "origin-refused"), hidesFailure: !isUsable(found) };
  }
  // What the port spoke over plain TCP beats any guess from a failed upgrade.
  if (tcp === "nats") return certain("wrong-port");
  if (tcp === "tls" && !isSecure) return certain("tls");
  if (upgrade.outcome === "answered") return classifyAnswer(upgrade);
  if (upgrade.outcome === "timeout") return certain("timeout");
  return classifyBroken(evidence);
}

/** A refusal's own words that tell more than its status, by whom they are known. */
const BY_WORDS: readonly (readonly [words: RegExp, verdict: Verdict])[] = [
  // Go's and nginx's HTTPS ports to plain HTTP; nats-server's WebSocket port is Go's.
  [/HTTP request (was sent )?to (an )?HTTPS/i, certain("tls")],
  // Cloudflare's edge ("Cloudflare 1xxx errors").
  [/error code: 1033/i, certain("unreachable", "tunnel-down")],
  [/error code: 1016/i, certain("dns")],
  [/error code: 1003/i, certain("unreachable", "needs-name")],
  // nats-server, when what makes a request an upgrade was lost on the way (`server/websocket.go`).
  [/invalid value for header '(?:Upgrade|Connection)'/i, certain("upgrade-rejected", "headers-stripped")],
];

/** What an answer's status says of whatever is behind the one who answers. */
const BY_STATUS: ReadonlyMap<number, Verdict> = new Map([
  // A proxy says so of what is behind it (RFC 9110, section 15.6); nats-server has no such answers.
  [502, likely("unreachable", "behind-proxy")],
  [503, likely("unreachable", "behind-proxy")],
  [504, likely("unreachable", "behind-proxy")],
  // Cloudflare's edge makes these up when it can't reach the origin (developers.cloudflare.com, "Cloudflare 5xx errors").
  [521, likely("refused")],
  [522, likely("timeout")],
  [523, likely("unreachable")],
  [524, likely("timeout")],
  [525, likely("tls")],
  [526, likely("tls")],
  [530, likely("dns")],
]);

/** Whether an upgrade may have been refused for its Origin: so it was, where another one is let in. */
export function isForOrigin(upgrade: UpgradeEvidence): boolean {
  const isForbidden = upgrade.outcome === "answered" && upgrade.httpStatus === 403;
  return isForbidden && classifyWords(upgrade.body) === undefined;
}

/** The verdict of a refusal's own words; undefined where they name nothing. */
function classifyWords(body: string): Verdict | undefined {
  return BY_WORDS.find(([words]) => words.test(body))?.[1];
}

function classifyAnswer({ httpStatus, body }: UpgradeEvidence & { outcome: "answered" }): Verdict {
  const known = classifyWords(body) ?? BY_STATUS.get(httpStatus);
  // A success without the upgrade comes from something that doesn't know WebSocket at all.
  return known ?? certain(httpStatus < 300 ? "not-nats" : "upgrade-rejected");
}

/** The exchange broke without an answer: TCP and DNS tell where. */
function classifyBroken({ upgrade, tcp, dns, isSecure, isAddress }: ProbeEvidence): Verdict {
  if (tcp === "http" && isSecure) return certain("tls");
  if (tcp === "tls" || tcp === "http" || tcp === "unknown") return likely(isSecure ? "tls" : "not-nats");
  // workerd hides why neither way got through where a name has no address. Where it doesn't, its resolver knows the name.
  const isHidden = upgrade.outcome === "failed" && upgrade.isInternal;
  if (dns === "not-found" && (isHidden || tcp !== "refused")) return certain("dns");
  if (tcp === "timeout") return likely("timeout");
  if (tcp !== "refused") return verdict("possible")("unreachable");
  return likely(isHidden && !isAddress && dns !== "found" ? "dns" : "refused");
}

const PARTIAL: ReadonlySet<ExplanationKey> = new Set<ExplanationKey>([
  "permission",
  "too-many-subscriptions",
  "may-publish",
  "no-history",
  "origin-refused",
]);

/** Whether a server leaves the page something to show, or what is wrong is in the way of browsers alone. */
export function isUsable(found: Verdict | null): boolean {
  if (found === null) return true;
  return found.hidesFailure !== true && PARTIAL.has(found.explanation ?? found.kind);
}

/** That viewers may publish is worse than that they can't read a feed. */
function classifySession(session: SessionEvidence, hasCredentials: boolean): Verdict | null {
  const found = classifyEnding(session, hasCredentials);
  return session.mayPublish === true && isUsable(found) ? certain("permission", "may-publish") : found;
}

function classifyEnding(session: SessionEvidence, hasCredentials: boolean): Verdict | null {
  if (session.outcome === "pong") return null;
  if (session.outcome === "no-history") return certain("permission", "no-history");
  if (session.outcome === "flood") return certain("protocol", "flood");
  if (session.outcome === "timeout" && !session.infoReceived) return likely("timeout", "info-lost");
  // The rest is what a page's dial meets too.
  const { kind, confidence } = classifyDial({ ...session, socketOpened: true }, hasCredentials);
  return { kind, confidence };
}
