/** Every kind of fault that Mycelium can name. The worker's probe uses the same names as the page. */
export const FAULT_KINDS = [
  "offline",
  "unreachable",
  "refused",
  "dns",
  "tls",
  "timeout",
  "upgrade-rejected",
  "not-nats",
  "wrong-port",
  "mixed-content",
  "auth-required",
  "auth-rejected",
  "auth-expired",
  "auth-revoked",
  "permission",
  "max-connections",
  "slow-consumer",
  "payload-too-large",
  "too-many-subscriptions",
  "server-shutdown",
  "lame-duck",
  "stale",
  "protocol",
  "token-source",
  "unknown",
] as const;

/** The name of what went wrong, stable across client, worker and page. */
export type FaultKind = (typeof FAULT_KINDS)[number];

/** How sure the evidence makes us: `certain` = the server or system said so, `likely` = the one usual cause, `possible` = one of several. */
export type Confidence = "certain" | "likely" | "possible";

/** What was really seen. A field is absent when nothing was seen; nothing here is ever inferred. */
export interface Evidence {
  /** How far the link had come when the fault was seen. */
  readonly phase?: "credentials" | "dialling" | "handshake" | "live" | "draining";
  /** The server that was dialled, without userinfo. */
  readonly server?: string;
  /** Whether the WebSocket opened. */
  readonly socketOpened?: boolean;
  /** Whether the server's INFO arrived. */
  readonly infoReceived?: boolean;
  /** WebSocket close code (RFC 6455, section 7.4). */
  readonly closeCode?: number;
  /** WebSocket close reason, as sent. */
  readonly closeReason?: string;
  /** The text between the quotes of the server's `-ERR '…'`. */
  readonly errText?: string;
  /** HTTP status of a rejected WebSocket upgrade, which only the worker can see, or of a refusal of credentials. */
  readonly httpStatus?: number;
  /** Where an answer stops being NATS: its next bytes, printable and cut to 64 characters. */
  readonly firstBytes?: string;
  /** How long was waited before giving up, in milliseconds. */
  readonly waitedMs?: number;
  /** How long whoever gives credentials asked to be left alone (HTTP `Retry-After`), in milliseconds. */
  readonly retryAfterMs?: number;
  /** `navigator.onLine`, where the caller supplied it. */
  readonly online?: boolean;
  /** What the runtime or a helper said: an exception's message, never a secret. */
  readonly detail?: string;
  /** The edge's own observation of the same server, when it was asked. */
  readonly edge?: EdgeView;
}

/** What the worker's probe saw of the server: a check of `application/health+json`, as `/readyz` gives it. */
export interface EdgeView {
  readonly status: "pass" | "warn" | "fail";
  /** When the probe looked (ISO 8601). */
  readonly time: string;
  /** The probe's plain sentence. */
  readonly output?: string;
  readonly fault?: FaultKind;
  /** How sure the probe is of it. */
  readonly confidence?: Confidence;
  /** What explains it to the probe: the fault's kind, or something more exact; words of the edge's own among them. */
  readonly explanation?: string;
}

/**
 * The key of a fault's explanation. It is the fault's kind, except where two
 * views were joined, or a token source knows more, or nothing was dialled because code
 * is missing, and the same kind means something else to the reader.
 */
export type ExplanationKey =
  | FaultKind
  | "blocked-here"
  | "down-for-everyone"
  | "origin-refused"
  | "new-configuration"
  | "unnamed-proxy"
  | "passphrase-needed"
  | "passphrase-wrong"
  | "access-ended"
  | "token-limited"
  | "no-crypto"
  | "no-ed25519"
  | "not-loaded";

/** Something that went wrong with the connection, and what was seen of it. */
export interface Fault {
  readonly kind: FaultKind;
  readonly evidence: Evidence;
  readonly confidence: Confidence;
  /** Whether trying again without anybody changing anything can help. */
  readonly retryable: boolean;
  /** Key of the text that explains it; the texts are whoever shows it's own. */
  readonly explanation: ExplanationKey;
}

/** Kinds that another attempt can't cure: somebody must change a setting or a credential first. */
const NOT_RETRYABLE: ReadonlySet<FaultKind> = new Set<FaultKind>([
  "mixed-content",
  "wrong-port",
  "auth-required",
  "auth-rejected",
  "auth-revoked",
]);

/** Builds a fault; `retryable` follows from the kind. */
export function fault(kind: FaultKind, evidence: Evidence = {}, confidence: Confidence = "certain"): Fault {
  return { kind, evidence, confidence, retryable: !NOT_RETRYABLE.has(kind), explanation: kind };
}
