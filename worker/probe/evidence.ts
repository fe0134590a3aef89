import type { Evidence } from "../../client/faults/index.ts";
import type { Phase } from "../../contract/health.ts";
import type { Target } from "./target.ts";

/** The outcome of the WebSocket upgrade over `fetch`. */
export type UpgradeEvidence =
  | { readonly outcome: "open"; readonly httpStatus: 101 }
  /** An HTTP answer other than 101, with the start of a refusal's body, which is untrusted and never shown. */
  | { readonly outcome: "answered"; readonly httpStatus: number; readonly body: string }
  /** The connection failed; `isInternal` if the runtime hid the reason, as it does for DNS and TLS. */
  | { readonly outcome: "failed"; readonly isInternal: boolean }
  | { readonly outcome: "timeout" };

/**
 * The outcome of a plain TCP connection to the same host and port. If it opened: the protocol of the server's first
 * bytes, or `unknown` for other bytes and for silence.
 */
export type TcpEvidence = "refused" | "timeout" | "nats" | "tls" | "http" | "unknown";

/** What the DNS says about the host. `unknown`: an IP address, a local name, or no clear answer. */
export type DnsEvidence = "found" | "not-found" | "unknown";

/** How the session over the open WebSocket ended. The server's texts are untrusted and never shown. */
export interface Ending
  extends Pick<Evidence, "errText" | "waitedMs" | "firstBytes" | "closeCode" | "closeReason"> {
  readonly outcome:
    | "pong"
    /** Successful, except that a feed's stream can't be read. */
    | "no-history"
    /** The server sent far more than a probe can cause. */
    | "flood"
    | "err"
    | "closed"
    | "timeout"
    /** The server sent something that isn't the NATS protocol. */
    | "unreadable";
}

/** The outcome of the session over the open WebSocket. */
export interface SessionEvidence extends Ending {
  readonly infoReceived: boolean;
  /** Whether the credentials can publish; null if it wasn't tried. */
  readonly mayPublish: boolean | null;
  /** The completed phases. */
  readonly phases: readonly Phase[];
}

/** All evidence about one server; parts that weren't needed are absent. */
export interface ProbeEvidence extends Pick<Target, "isSecure" | "isAddress"> {
  /** Whether browsers block the page's connection to this server. */
  readonly isMixedContent: boolean;
  /** Whether CONNECT carried credentials. */
  readonly hasCredentials: boolean;
  readonly upgrade: UpgradeEvidence;
  /** Whether the server answered 403 to the page's Origin, so that the other evidence is of a connection without one. */
  readonly refusesOrigin: boolean;
  readonly session?: SessionEvidence;
  readonly tcp?: TcpEvidence;
  readonly dns?: DnsEvidence;
}
