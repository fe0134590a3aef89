import type { ConnectionOptions } from "nats.ws";
import { LONGEST_TIMER_MS } from "../clock.ts";
import { type Credentials, checkType } from "../options.ts";

/** Turns credentials into the authentication fields of CONNECT (NATS client protocol). */
export class Login {
  readonly #credentials: Credentials;
  #signature = "";
  #signing: Promise<void> | null = null;

  constructor(credentials: Credentials) {
    this.#credentials = credentials;
  }

  /** Prefix of the reply subjects; undefined for the default `_INBOX`. */
  get inboxPrefix(): string | undefined {
    return this.#credentials.type === "jwt" ? this.#credentials.inboxPrefix : undefined;
  }

  /** Whether CONNECT carries no credentials, so that a server can only require some, not reject them. */
  get isAnonymous(): boolean {
    return this.#credentials.type === "none";
  }

  /**
   * Signs the server's nonce; null if there is nothing to sign, or if signing has begun already.
   * nats.ws's authenticator is synchronous: INFO must be withheld from nats.ws until this settles.
   */
  signNonce(nonce: string | undefined): Promise<void> | null {
    const credentials = this.#credentials;
    if (credentials.type !== "jwt" || nonce === undefined || this.#signing !== null) return null;
    // Inside `then`, so that a sign() that throws is handled like one that rejects.
    this.#signing = Promise.resolve()
      .then(() => credentials.sign(new TextEncoder().encode(nonce)))
      .then((signature) => {
        checkType("the sign() result", signature, "Uint8Array");
        this.#signature = base64Url(signature);
      });
    return this.#signing;
  }

  /** Options for nats.ws: one connection to `url`, without any reconnecting, timing or pinging of its own. */
  options(url: string, name: string | undefined): ConnectionOptions {
    return {
      servers: [url],
      reconnect: false,
      ignoreClusterUpdates: true,
      noAsyncTraces: true,
      // Off, as far as possible: the dial has its own time limit, and the machine pings.
      timeout: LONGEST_TIMER_MS,
      pingInterval: LONGEST_TIMER_MS,
      ...(name === undefined ? {} : { name }),
      ...this.#credentialOptions(),
    };
  }

  #credentialOptions(): ConnectionOptions {
    const credentials = this.#credentials;
    switch (credentials.type) {
      case "none":
        return {};
      case "userpass":
        return { user: credentials.user, pass: credentials.pass };
      case "token":
        return { token: credentials.token };
      case "jwt": {
        const { jwt } = credentials;
        return { authenticator: () => ({ jwt, sig: this.#signature }) };
      }
    }
  }
}

/** Bytes as base64url without padding (RFC 4648, section 5). */
function base64Url(bytes: Uint8Array): string {
  const binary = String.fromCharCode(...bytes);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
