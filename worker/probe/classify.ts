import { type Confidence, classifyDial, type Evidence, type FaultKind } from "../../client/faults/index.ts";
import type {
  DnsEvidence,
  ProbeEvidence,
  SessionEvidence,
  TcpEvidence,
  UpgradeEvidence,
} from "./evidence.ts";
import type { ExplanationKey } from "./words.ts";

/** What the joined evidence amounts to. */
export interface Verdict {
  readonly kind: FaultKind;
  readonly confidence: Confidence;
  /** What explains it, where that isn't the kind. */
  readonly explanation?: ExplanationKey;
}

function certain(kind: FaultKind, explanation?: ExplanationKey): Verdict {
  return { kind, confidence: "certain", ...(explanation === undefined ? {} : { explanation }) };
}

/** Names what is wrong with a server; null when nothing is. Pure: the evidence is all it knows. */
export function classify(evidence: ProbeEvidence): Verdict | null {
  if (evidence.isMixedContent) return certain("mixed-content");
  if (evidence.session !== undefined) {
    const verdict = classifySession(evidence.session, evidence.hasCredentials);
    if (evidence.refusesOrigin !== true || !isUsable(verdict)) return verdict;
    // No page comes so far as to notice the rest, and those that ask why must hear this.
    return certain("upgrade-rejected", "origin-refused");
  }
  const spoken = classifySpoken(evidence.tcp, evidence.isSecure);
  if (spoken !== null) return spoken;
  const { upgrade } = evidence;
  if (upgrade.outcome === "answered") return classifyAnswer(upgrade);
  if (upgrade.outcome === "timeout") return certain("timeout");
  return classifyBroken(evidence);
}

/** What the port spoke over plain TCP beats any guess from a failed upgrade. */
function classifySpoken(tcp: TcpEvidence | undefined, isSecure: boolean): Verdict | null {
  if (tcp?.speaks === "nats") return certain("wrong-port");
  if (tcp?.speaks === "tls" && !isSecure) return certain("tls");
  return null;
}

/**
 * Statuses that Cloudflare's edge makes up when it can't reach the origin
 * (developers.cloudflare.com, "Cloudflare 5xx errors").
 */
const EDGE_STATUSES: ReadonlyMap<number, FaultKind> = new Map([
  [521, "refused"],
  [522, "timeout"],
  [523, "unreachable"],
  [524, "timeout"],
  [525, "tls"],
  [526, "tls"],
  [530, "dns"],
]);

/** What a refusal's own words make of it, by whom they are known. */
const BY_WORDS: readonly (readonly [words: RegExp, verdict: Omit<Verdict, "confidence">])[] = [
  // Go's and nginx's HTTPS ports to plain HTTP; nats-server's WebSocket port is Go's.
  [/HTTP request (was sent )?to (an )?HTTPS/i, { kind: "tls" }],
  // Cloudflare's edge ("Cloudflare 1xxx errors").
  [/error code: 1033/i, { kind: "unreachable", explanation: "tunnel-down" }],
  [/error code: 1016/i, { kind: "dns" }],
  [/error code: 1003/i, { kind: "unreachable", explanation: "needs-name" }],
  // nats-server, when what makes a request an upgrade was lost on the way (`server/websocket.go`).
  [
    /invalid value for header '(?:Upgrade|Connection)'/i,
    { kind: "upgrade-rejected", explanation: "headers-stripped" },
  ],
];

/** The verdict of a refusal's own words; null where they name nothing. */
export function classifyWords(body: string): Verdict | null {
  const [, verdict] = BY_WORDS.find(([words]) => words.test(body)) ?? [];
  return verdict === undefined ? null : { ...verdict, confidence: "certain" };
}

/** A proxy says so of what is behind it (RFC 9110, section 15.6); nats-server has no such answers. */
const BEHIND_PROXY: ReadonlySet<number> = new Set([502, 503, 504]);

function classifyAnswer({ httpStatus, body }: UpgradeEvidence & { outcome: "answered" }): Verdict {
  const byWords = classifyWords(body);
  if (byWords !== null) return byWords;
  if (BEHIND_PROXY.has(httpStatus)) {
    return { kind: "unreachable", confidence: "likely", explanation: "behind-proxy" };
  }
  const byEdge = EDGE_STATUSES.get(httpStatus);
  if (byEdge !== undefined) return { kind: byEdge, confidence: "likely" };
  // A success without the upgrade comes from something that doesn't know WebSocket at all.
  if (httpStatus < 300) return certain("not-nats");
  return certain("upgrade-rejected");
}

/** The exchange broke without an answer: TCP and DNS tell where. */
function classifyBroken({ upgrade, tcp, dns, isSecure, isAddress }: ProbeEvidence): Verdict {
  const isInternal = upgrade.outcome === "failed" && upgrade.isInternal;
  if (tcp?.outcome === "open") {
    if (isSecure) return { kind: "tls", confidence: tcp.speaks === "http" ? "certain" : "likely" };
    return { kind: "not-nats", confidence: "likely" };
  }
  if (dns === "not-found") return certain("dns");
  if (tcp?.outcome === "timeout") return { kind: "timeout", confidence: "likely" };
  if (tcp?.outcome === "refused" && !isInternal) return { kind: "refused", confidence: "likely" };
  if (tcp?.outcome === "refused") return classifyHidden(dns, isAddress);
  return { kind: "unreachable", confidence: "possible" };
}

/**
 * Neither way got through and the runtime hid why: workerd does so when the
 * name has no address. With an address, or a name that resolves, it was no DNS failure.
 */
function classifyHidden(dns: DnsEvidence | undefined, isAddress: boolean): Verdict {
  if (isAddress || dns === "found") return { kind: "refused", confidence: "likely" };
  return { kind: "dns", confidence: "likely" };
}

/** Whether a server lets somebody in and leaves them something to read. */
function isUsable(verdict: Verdict | null): boolean {
  return verdict === null || verdict.kind === "permission" || verdict.kind === "too-many-subscriptions";
}

/** That viewers may publish is worse than that they can't read a feed. */
function classifySession(session: SessionEvidence, hasCredentials: boolean): Verdict | null {
  const verdict = classifyEnding(session, hasCredentials);
  if (session.mayPublish !== true || !isUsable(verdict)) return verdict;
  return certain("permission", "may-publish");
}

function classifyEnding(session: SessionEvidence, hasCredentials: boolean): Verdict | null {
  if (session.outcome === "pong") return null;
  if (session.outcome === "no-history") return certain("permission", "no-history");
  if (session.outcome === "flood") return certain("protocol", "flood");
  if (session.outcome === "timeout" && session.waitingFor === "info") {
    return { kind: "timeout", confidence: "likely", explanation: "info-lost" };
  }
  const { kind, confidence } = classifyDial(asOfADial(session), hasCredentials);
  return { kind, confidence };
}

/** The same evidence in the terms of a page's dial. */
function asOfADial({
  outcome: _outcome,
  mayPublish: _mayPublish,
  phases: _phases,
  waitingFor,
  ...seen
}: SessionEvidence): Evidence {
  return { ...seen, socketOpened: true, infoReceived: waitingFor !== "info" };
}
