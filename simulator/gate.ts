import { randomBytes } from "node:crypto";
import type { Admission } from "./auth/admission.ts";
import type { ConnectOptions } from "./connect-options.ts";
import { ERRORS } from "./errors.ts";
import type { Session } from "./session.ts";

/** The longest delay that a Node timer can take, milliseconds. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** nats-server lets a user without any subscription say a few words before it ends the connection. */
const NO_SUBSCRIPTIONS_GRACE_MS = 20;

/** Whether, and for how long, one connection may be in. */
export class Gate {
  /** What the client must sign; empty when nothing. */
  readonly nonce: string;
  /** What was granted; undefined until then. */
  admission: Admission | undefined;
  readonly #session: Session;
  #timer: NodeJS.Timeout | undefined;

  constructor(session: Session) {
    this.#session = session;
    this.nonce = session.hub.authenticator.proof === "nonce" ? randomBytes(11).toString("base64url") : "";
  }

  /** Gives the client a limited time to introduce itself. */
  watch(): void {
    const { hub } = this.#session;
    if (hub.authenticator.demand === "nothing") return;
    this.#arm(hub.settings.authTimeoutMs, () =>
      this.#session.fail(ERRORS.authenticationTimeout, "authenticationTimeout"),
    );
  }

  /** Asks the authenticator; undefined means no. */
  admit(options: ConnectOptions): Admission | undefined {
    const session = this.#session;
    const { hub } = session;
    const nowMs = hub.now();
    const applicant = { options, listener: session.transport.listener, nonce: this.nonce };
    const isRejected = hub.conditions.credentials === "rejected";
    const admission = isRejected ? undefined : hub.authenticator.admit(applicant, nowMs);
    this.stop();
    if (admission === undefined) return undefined;
    this.admission = admission;
    if (admission.maxSubscriptions === 0) {
      this.#arm(NO_SUBSCRIPTIONS_GRACE_MS, () =>
        session.fail(ERRORS.maxSubscriptions, "maxSubscriptionsExceeded"),
      );
    } else {
      this.recheck();
    }
    return admission;
  }

  /** Looks at the clock, at first and after a fault has changed it. */
  recheck(): void {
    const expiry = this.admission?.expiry;
    if (expiry !== undefined)
      this.#arm(expiry.atMs - this.#session.hub.now(), () => this.expire(expiry.error));
  }

  /** Ends the connection as nats-server does when a JWT's `exp` has come. */
  expire(error: string = ERRORS.authenticationExpired): void {
    this.#session.fail(error, "authenticationExpired");
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #arm(delayMs: number, ring: () => void): void {
    this.stop();
    this.#timer = setTimeout(ring, Math.min(Math.max(0, delayMs), MAX_TIMER_MS));
    this.#timer.unref();
  }
}
