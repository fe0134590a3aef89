import { randomBytes } from "node:crypto";
import type { Admission } from "../auth/admission.ts";
import type { ServerContext } from "../context.ts";
import type { ListenerName } from "../listeners/transport.ts";
import type { CloseReasonName } from "../protocol/close-reasons.ts";
import type { ConnectOptions } from "../protocol/connect-options.ts";
import { ERRORS } from "../protocol/errors.ts";
import { MAX_TIMER_MS } from "./timers.ts";

/** Delay before nats-server closes the connection of a user who may have no subscriptions. */
const NO_SUBSCRIPTIONS_GRACE_MS = 20;

/** Closes the connection with an `-ERR`. */
type Fail = (text: string, reason: CloseReasonName) => void;

/** The authentication of one connection, with its timeout and expiry. */
export class Authentication {
  /** Nonce for the client to sign; empty for none. */
  readonly nonce: string;
  /** The client's rights; undefined until it is authenticated. */
  admission: Admission | undefined;
  readonly #server: ServerContext;
  readonly #listener: ListenerName;
  readonly #fail: Fail;
  #timer: NodeJS.Timeout | undefined;

  constructor(server: ServerContext, listener: ListenerName, fail: Fail) {
    this.#server = server;
    this.#listener = listener;
    this.#fail = fail;
    this.nonce = server.authenticator.proof === "nonce" ? randomBytes(11).toString("base64url") : "";
  }

  /** Starts the authentication timeout, if credentials are required. */
  start(): void {
    const { authenticator, settings } = this.#server;
    if (authenticator.demand === "nothing") return;
    this.#schedule(settings.authTimeoutMs, () =>
      this.#fail(ERRORS.authenticationTimeout, "authenticationTimeout"),
    );
  }

  /** Authenticates the client; undefined means rejected. */
  admit(options: ConnectOptions): Admission | undefined {
    const isRejected = this.#server.conditions.credentials === "rejected";
    const admission = isRejected ? undefined : this.#ask(options);
    this.stop();
    if (admission === undefined) return undefined;
    this.admission = admission;
    if (admission.maxSubscriptions === 0) {
      this.#schedule(NO_SUBSCRIPTIONS_GRACE_MS, () =>
        this.#fail(ERRORS.maxSubscriptions, "maxSubscriptionsExceeded"),
      );
    } else {
      this.#awaitExpiry();
    }
    return admission;
  }

  /**
   * Authenticates the client again after the server's users have changed, with its original CONNECT.
   * @returns its new rights; `unknown` when its user was removed, `ended` when the connection was closed with an error
   */
  renew(options: ConnectOptions, admission: Admission): Admission | "unknown" | "ended" {
    const standing = this.#server.authenticator.standing(options, admission);
    if (standing === "unknown") return "unknown";
    if (standing === "revoked") {
      this.#fail(ERRORS.authenticationRevoked, "revocation");
      return "ended";
    }
    const renewed = this.#ask(options);
    if (renewed === undefined) {
      this.#fail(ERRORS.authorization, "authenticationViolation");
      return "ended";
    }
    this.admission = renewed;
    this.#awaitExpiry();
    return renewed;
  }

  #awaitExpiry(): void {
    const expiry = this.admission?.expiry;
    if (expiry !== undefined) this.#schedule(expiry.atMs - Date.now(), () => this.expire(expiry.error));
  }

  /** Closes the connection as nats-server does when a JWT expires. */
  expire(error: string = ERRORS.authenticationExpired): void {
    this.#fail(error, "authenticationExpired");
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #ask(options: ConnectOptions): Admission | undefined {
    const applicant = { options, listener: this.#listener, nonce: this.nonce };
    return this.#server.authenticator.admit(applicant, Date.now());
  }

  #schedule(delayMs: number, run: () => void): void {
    this.stop();
    this.#timer = setTimeout(run, Math.min(Math.max(0, delayMs), MAX_TIMER_MS));
    this.#timer.unref();
  }
}
