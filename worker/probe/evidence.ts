import type { Evidence } from "../../client/faults/index.ts";
import type { Phase } from "../../contract/health.ts";
import type { Target } from "./target.ts";

/** What the WebSocket upgrade over `fetch` came to. */
export type UpgradeEvidence =
  | { readonly outcome: "open"; readonly httpStatus: 101 }
  /** An HTTP answer other than 101, and how a refusal's body begins; that is untrusted, never shown. */
  | { readonly outcome: "answered"; readonly httpStatus: number; readonly body: string }
  /** The exchange broke; `isInternal` when the runtime hid the reason, as it does for DNS and TLS. */
  | { readonly outcome: "failed"; readonly isInternal: boolean }
  | { readonly outcome: "timeout" };

/**
 * What a plain TCP connection to the same host and port came to. Where it opened: what the peer spoke, by itself or when
 * it was spoken to, as its first bytes tell; `unknown` for anything else, and for silence.
 */
export type TcpEvidence = "refused" | "timeout" | "nats" | "tls" | "http" | "unknown";

/** What the DNS said of the host. `unasked`: an address, or a name only this machine knows, or no resolver. */
export type DnsEvidence = "found" | "not-found" | "unasked";

/** How the talk over the open WebSocket ended, and what was seen of it then: the server's words are untrusted, never shown. */
export interface Ending
  extends Pick<Evidence, "errText" | "waitedMs" | "firstBytes" | "closeCode" | "closeReason"> {
  readonly outcome:
    | "pong"
    /** All went well, but a feed's stream can't be read. */
    | "no-history"
    /** It sent far more than a server says to someone who only looks. */
    | "flood"
    | "err"
    | "closed"
    | "timeout"
    /** It sent what no NATS server sends. */
    | "unreadable";
}

/** What was exchanged over the open WebSocket. */
export interface SessionEvidence extends Ending {
  readonly infoReceived: boolean;
  /** Whether the credentials can publish; null where it wasn't tried. */
  readonly mayPublish: boolean | null;
  /** The steps that ended well. */
  readonly phases: readonly Phase[];
}

/** All that was seen of one server; a part is absent when there was no cause to look. */
export interface ProbeEvidence extends Pick<Target, "isSecure" | "isAddress"> {
  /** Whether browsers keep the page from this server, whatever it answers to others. */
  readonly isMixedContent: boolean;
  /** Whether CONNECT carried credentials. */
  readonly hasCredentials: boolean;
  readonly upgrade: UpgradeEvidence;
  /** Whether the server lets nobody in who comes from the page: it let the edge in that said nothing of a page. */
  readonly refusesOrigin: boolean;
  readonly session?: SessionEvidence;
  readonly tcp?: TcpEvidence;
  readonly dns?: DnsEvidence;
}
