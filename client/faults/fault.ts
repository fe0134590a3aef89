/** All kinds of faults. The worker's probe uses the same names as the client. */
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

/** The stable name of a kind of fault, shared by client, worker and page. */
export type FaultKind = (typeof FAULT_KINDS)[number];

/** How sure a fault is. `certain`: the server or system said so; `likely`: the usual cause; `possible`: one of several. */
export type Confidence = "certain" | "likely" | "possible";

/** Observations behind a fault. Nothing here is inferred; a field is absent if there was nothing to observe. */
export interface Evidence {
  /** The phase of the link in which the fault occurred. */
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
  /** HTTP status of a rejected WebSocket upgrade (only the worker can see it), or of a refusal of credentials. */
  readonly httpStatus?: number;
  /** The first bytes that aren't NATS, made printable and cut to 64 characters. */
  readonly firstBytes?: string;
  /** Time waited before giving up, milliseconds. */
  readonly waitedMs?: number;
  /** Pause that the credentials source asked for (HTTP `Retry-After`), milliseconds. */
  readonly retryAfterMs?: number;
  /** `navigator.onLine`, if the caller supplied it. */
  readonly online?: boolean;
  /** Message of an exception, from the runtime or a callback; never a secret. */
  readonly detail?: string;
  /** What the worker's probe saw of the same server, if it was asked. */
  readonly edge?: EdgeView;
}

/** The probe's check of a server, as `/readyz` returns it (`application/health+json`). */
export interface EdgeView {
  readonly status: "pass" | "warn" | "fail";
  /** Time of the check (ISO 8601). */
  readonly time: string;
  /** The result as a sentence. */
  readonly output?: string;
  readonly fault?: FaultKind;
  readonly confidence?: Confidence;
  /** Key of the probe's explanation: the fault's kind, or a more exact one; some are used only by the worker. */
  readonly explanation?: string;
}

/**
 * Key of the text that explains a fault. Usually the fault's kind; more exact if the probe's view was added, if the
 * credentials source knows the reason, or if nothing was dialled because code couldn't be loaded.
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

/** Something that went wrong with the connection, with the evidence. */
export interface Fault {
  readonly kind: FaultKind;
  readonly evidence: Evidence;
  readonly confidence: Confidence;
  /** Whether another attempt can succeed without a change of settings or credentials. */
  readonly retryable: boolean;
  /** Key of the text that explains the fault; the texts belong to the user interface. */
  readonly explanation: ExplanationKey;
}

/** Kinds that persist until somebody changes a setting or a credential. */
const NOT_RETRYABLE: ReadonlySet<FaultKind> = new Set<FaultKind>([
  "mixed-content",
  "wrong-port",
  "auth-required",
  "auth-rejected",
  "auth-revoked",
]);

/** Makes a fault; its kind determines `retryable`. */
export function fault(kind: FaultKind, evidence: Evidence = {}, confidence: Confidence = "certain"): Fault {
  return { kind, evidence, confidence, retryable: !NOT_RETRYABLE.has(kind), explanation: kind };
}
