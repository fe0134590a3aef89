import { FaultError, messageOf } from "../errors.ts";
import { type Evidence, type Fault, type FaultKind, fault } from "./fault.ts";

/** `-ERR` texts and close reasons (nats-server `errors.go`, `ClosedState` in `monitor.go`); the first match wins. */
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

/** Close codes with only one meaning when nats-server sends them (RFC 6455, section 7.4; nats-server `websocket.go`). */
const CLOSE_CODES: ReadonlyMap<number, FaultKind> = new Map([
  [1002, "protocol"],
  [1003, "protocol"],
  [1007, "protocol"],
  [1009, "payload-too-large"],
]);

/** The kind of fault that an `-ERR` text or a close reason means; null if it is unknown. */
export function classifyText(text: string): FaultKind | null {
  for (const [pattern, kind] of ERR_TEXTS) if (pattern.test(text)) return kind;
  return null;
}

/** TLS errors of Node's `ws`, in the words of OpenSSL and Node; browsers don't report any. */
const TLS_ERRORS =
  /certificate|self[- ]signed|altnames?|\b(ssl|tls)\b|ssl3_|wrong version number|ERR_TLS|EPROTO|CERT_/i;

/** The kind that the server itself reported, by `-ERR` or by close frame; null if it reported no known cause. */
function reportedByServer(evidence: Evidence): FaultKind | null {
  const byError = evidence.errText === undefined ? null : classifyText(evidence.errText);
  if (byError !== null) return byError;
  const byReason = evidence.closeReason === undefined ? null : classifyText(evidence.closeReason);
  if (byReason !== null) return byReason;
  if (evidence.closeCode === undefined) return null;
  return CLOSE_CODES.get(evidence.closeCode) ?? null;
}

/** Whether the peer closed normally before INFO: it speaks WebSocket, but not NATS (RFC 6455, section 7.4.1). */
function closedBeforeInfo({ socketOpened, infoReceived, closeCode }: Evidence): boolean {
  return socketOpened === true && infoReceived === false && (closeCode === 1000 || closeCode === 1005);
}

/**
 * The fault that ended a dial. Client and worker share this function, so the same evidence gives the same fault.
 * @param sentCredentials whether CONNECT carried a user, token or JWT
 */
export function classifyDial(evidence: Evidence, sentCredentials: boolean): Fault {
  const kind = reportedByServer(evidence);
  // The server says the same whether credentials are wrong or missing.
  if (kind === "auth-rejected" && !sentCredentials) return fault("auth-required", evidence);
  if (kind !== null) return fault(kind, evidence);
  if (evidence.firstBytes !== undefined) {
    // A malformed INFO comes from a NATS server, or from a proxy in front of one.
    const isNats = evidence.infoReceived || /^INFO /i.test(evidence.firstBytes);
    return fault(isNats ? "protocol" : "not-nats", evidence);
  }
  if (evidence.errText !== undefined) return fault("unknown", evidence);
  if (evidence.waitedMs !== undefined) return fault("timeout", evidence, "likely");
  if (evidence.closeCode === 1001) return fault("server-shutdown", evidence, "likely");
  if (closedBeforeInfo(evidence)) return fault("not-nats", evidence, "likely");
  if (evidence.socketOpened !== true && TLS_ERRORS.test(evidence.detail ?? "")) return fault("tls", evidence);
  return fault("unreachable", evidence, "possible");
}

/** The fault that ended a live link. */
export function classifyLoss(evidence: Evidence): Fault {
  const kind = reportedByServer(evidence);
  if (kind !== null) return fault(kind, evidence);
  if (evidence.errText !== undefined) return fault("unknown", evidence);
  if (evidence.waitedMs !== undefined) return fault("stale", evidence);
  // nats-server uses 1001 for a shutdown and for a stale connection; the close reason, checked above, tells which.
  if (evidence.closeCode === 1001) return fault("server-shutdown", evidence, "likely");
  return fault("unreachable", evidence, "possible");
}

/** What a permission violation is about. */
export interface PermissionViolation {
  readonly use: "subscription" | "publish";
  readonly subject: string;
  /** The queue group of the subscription, if any. */
  readonly queue: string | null;
}

/** A string in the format of Go's `%q`. */
const QUOTED = String.raw`"((?:[^"\\]|\\.)*)"`;
const PERMISSION_VIOLATION = new RegExp(
  `permissions violation for (subscription|publish) to ${QUOTED}(?: using queue ${QUOTED})?`,
  "i",
);

/** Parses a permission violation (nats-server `client.go`, `pubPermissionViolation` and others); null for any other text. */
export function parsePermissionViolation(errText: string): PermissionViolation | null {
  const [, use, subject, queue] = PERMISSION_VIOLATION.exec(errText) ?? [];
  if (use === undefined || subject === undefined) return null;
  return {
    use: use.toLowerCase() === "publish" ? "publish" : "subscription",
    subject: unquoted(subject),
    queue: queue === undefined ? null : unquoted(queue),
  };
}

/** Go's one-letter escapes, without those for white space, which no subject contains. */
const GO_ESCAPES: Readonly<Record<string, string>> = { a: "\x07", b: "\b" };

/** Unescapes the text between the quotes of Go's `%q` (Go's `strconv.Quote`). */
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

/** The fault of a socket factory that threw: its own `FaultError`, or one made from the runtime's error. */
export function classifySocketFailure(reason: unknown, evidence: Evidence): Fault {
  if (reason instanceof FaultError) return reason.fault;
  const detail = messageOf(reason);
  // Browsers throw SecurityError for ws:// on an https page (mixed content).
  const kind = reason instanceof Error && reason.name === "SecurityError" ? "mixed-content" : "unreachable";
  return fault(kind, { ...evidence, detail }, kind === "mixed-content" ? "certain" : "possible");
}
