import { FaultError, messageOf } from "../errors.ts";
import { type Evidence, type Fault, type FaultKind, fault } from "./fault.ts";

/**
 * What nats-server's `-ERR` texts and close reasons mean. Both are the server's own
 * (nats-server `server/errors.go`, and `ClosedState` in `monitor.go`); the first match counts.
 */
const ERR_TEXTS: readonly (readonly [RegExp, FaultKind])[] = [
  [/authentication expired/i, "auth-expired"],
  [/(credentials|authentication) revoked/i, "auth-revoked"],
  [/authorization violation|authentication failure|missing account/i, "auth-rejected"],
  [/authentication timeout/i, "timeout"],
  [/permissions violation/i, "permission"],
  [/maximum (account )?(active )?connections exceeded/i, "max-connections"],
  [/slow consumer/i, "slow-consumer"],
  [/maximum (message )?(payload|control line)/i, "payload-too-large"],
  [/maximum subscriptions exceeded/i, "too-many-subscriptions"],
  [/server shutdown/i, "server-shutdown"],
  [/stale connection/i, "stale"],
  [/parser? error|(unknown|bad client) protocol|protocol violation/i, "protocol"],
  [/invalid (client|subject|publish)|message header|requires headers/i, "protocol"],
];

/** Close codes that mean one thing when the server sends them (RFC 6455, section 7.4; nats-server `websocket.go`). */
const CLOSE_CODES: ReadonlyMap<number, FaultKind> = new Map([
  [1002, "protocol"],
  [1003, "protocol"],
  [1007, "protocol"],
  [1009, "payload-too-large"],
]);

/** Names the fault that an `-ERR` text or a close reason stands for; null when it names none. */
export function classifyText(text: string): FaultKind | null {
  for (const [pattern, kind] of ERR_TEXTS) if (pattern.test(text)) return kind;
  return null;
}

/** What sockets say that tell why there is no TLS session (Node's `ws`: OpenSSL's and Node's own words); browsers say nothing. */
const TLS_WORDS =
  /certificate|self[- ]signed|altnames?|\b(ssl|tls)\b|ssl3_|wrong version number|ERR_TLS|EPROTO|CERT_/i;

/** What the server itself said, by `-ERR` or by close frame; null when it said nothing that names a cause. */
function namedByServer(evidence: Evidence): FaultKind | null {
  const byError = evidence.errText === undefined ? null : classifyText(evidence.errText);
  if (byError !== null) return byError;
  const byReason = evidence.closeReason === undefined ? null : classifyText(evidence.closeReason);
  if (byReason !== null) return byReason;
  if (evidence.closeCode === undefined) return null;
  return CLOSE_CODES.get(evidence.closeCode) ?? null;
}

/** A peer that closes properly, with no word, before it greeted: it speaks WebSocket, and no NATS (RFC 6455, section 7.4.1). */
function leftUngreeted({ socketOpened, infoReceived, closeCode }: Evidence): boolean {
  return socketOpened === true && infoReceived === false && (closeCode === 1000 || closeCode === 1005);
}

/**
 * Names what ended a dial, the page's or the edge's: both reach the same verdict from the same evidence.
 * @param sentCredentials whether CONNECT carried a user, token or JWT
 */
export function classifyDial(evidence: Evidence, sentCredentials: boolean): Fault {
  const kind = namedByServer(evidence);
  // Credentials that were never sent can't have been rejected.
  if (kind === "auth-rejected" && !sentCredentials) return fault("auth-required", evidence);
  if (kind !== null) return fault(kind, evidence);
  if (evidence.firstBytes !== undefined) {
    // An INFO that can't be read comes from NATS, or from something in between.
    const isNats = evidence.infoReceived || /^INFO /i.test(evidence.firstBytes);
    return fault(isNats ? "protocol" : "not-nats", evidence);
  }
  if (evidence.errText !== undefined) return fault("unknown", evidence);
  if (evidence.waitedMs !== undefined) return fault("timeout", evidence, "likely");
  if (evidence.closeCode === 1001) return fault("server-shutdown", evidence, "likely");
  if (leftUngreeted(evidence)) return fault("not-nats", evidence, "likely");
  if (evidence.socketOpened !== true && TLS_WORDS.test(evidence.detail ?? "")) return fault("tls", evidence);
  return fault("unreachable", evidence, "possible");
}

/** Names what ended a link that had been live. */
export function classifyLoss(evidence: Evidence): Fault {
  const kind = namedByServer(evidence);
  if (kind !== null) return fault(kind, evidence);
  if (evidence.errText !== undefined) return fault("unknown", evidence);
  if (evidence.waitedMs !== undefined) return fault("stale", evidence);
  // nats-server closes with 1001 on shutdown and on a stale connection; the reason tells which.
  if (evidence.closeCode === 1001) return fault("server-shutdown", evidence, "likely");
  return fault("unreachable", evidence, "possible");
}

/** What a permission violation names. */
export interface Denied {
  readonly use: "subscription" | "publish";
  readonly subject: string;
  /** The queue group of a subscription, if it was to be in one. */
  readonly queue: string | null;
}

/** A string as Go's `%q` writes it. */
const QUOTED = String.raw`"((?:[^"\\]|\\.)*)"`;
const DENIED = new RegExp(
  `permissions violation for (subscription|publish) to ${QUOTED}(?: using queue ${QUOTED})?`,
  "i",
);

/** What a permission violation is about (nats-server `client.go`, `pubPermissionViolation` and others); null for any other text. */
export function deniedUse(errText: string): Denied | null {
  const [, use, subject, queue] = DENIED.exec(errText) ?? [];
  if (use === undefined || subject === undefined) return null;
  return {
    use: use.toLowerCase() === "publish" ? "publish" : "subscription",
    subject: unquoted(subject),
    queue: queue === undefined ? null : unquoted(queue),
  };
}

/** Those that have a letter of their own and stand for no white space, which no subject has. */
const GO_ESCAPES: Readonly<Record<string, string>> = { a: "\x07", b: "\b" };

/** Reads what stands between the quotes of Go's `%q` (Go's `strconv.Quote`). */
function unquoted(text: string): string {
  return text.replace(
    /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))/g,
    (_, two?: string, four?: string, eight?: string, other?: string) => {
      const code = two ?? four ?? eight;
      if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16));
      return GO_ESCAPES[other ?? ""] ?? other ?? "";
    },
  );
}

/** A socket factory may throw a fault of its own (the worker's does), or the runtime's error. */
export function classifySocketFailure(reason: unknown, evidence: Evidence): Fault {
  if (reason instanceof FaultError) return reason.fault;
  const detail = messageOf(reason);
  // Browsers throw SecurityError for ws:// on an https page (HTML, mixed content).
  const kind = reason instanceof Error && reason.name === "SecurityError" ? "mixed-content" : "unreachable";
  return fault(kind, { ...evidence, detail }, kind === "mixed-content" ? "certain" : "possible");
}
