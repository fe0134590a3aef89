import type { ConnectionOptions } from "nats.ws";
import { LONGEST_TIMER_MS } from "../clock.ts";
import { type Credentials, checkType } from "../options.ts";

/** What CONNECT says of who is connecting (NATS client protocol, CONNECT). */
export class Login {
  readonly #credentials: Credentials;
  #signature = "";
  #proof: Promise<void> | null = null;

  constructor(credentials: Credentials) {
    this.#credentials = credentials;
  }

  /** Where answers are expected; undefined for the usual place. */
  get inboxPrefix(): string | undefined {
    return this.#credentials.type === "jwt" ? this.#credentials.inboxPrefix : undefined;
  }

  /** Whether there is anything that a server could reject. */
  get isAnonymous(): boolean {
    return this.#credentials.type === "none";
  }

  /**
   * Begins to sign the server's nonce, once; null when nothing is to be signed.
   * nats.ws's authenticator can't wait, so INFO must be kept from it until this settles.
   */
  prove(nonce: string | undefined): Promise<void> | null {
    const credentials = this.#credentials;
    if (credentials.type !== "jwt" || nonce === undefined || this.#proof !== null) return null;
    // One that throws at once fails no differently from one that rejects.
    this.#proof = Promise.resolve()
      .then(() => credentials.sign(new TextEncoder().encode(nonce)))
      .then((signature) => {
        checkType("what sign() gave", signature, "Uint8Array");
        this.#signature = base64Url(signature);
      });
    return this.#proof;
  }

  /** What nats.ws is told: one connection to `url`, with nothing done behind the link's back. */
  options(url: string, name: string | undefined): ConnectionOptions {
    return {
      servers: [url],
      reconnect: false,
      ignoreClusterUpdates: true,
      noAsyncTraces: true,
      // Never: the link has a time limit and pings of its own.
      timeout: LONGEST_TIMER_MS,
      pingInterval: LONGEST_TIMER_MS,
      ...(name === undefined ? {} : { name }),
      ...this.#proofs(),
    };
  }

  #proofs(): ConnectionOptions {
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
