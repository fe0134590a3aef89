import type { ListenerName } from "../listeners/transport.ts";
import type { ConnectOptions } from "../protocol/connect-options.ts";
import type { Permissions } from "./permissions.ts";

/** Kinds of connection that a user can be bound to (JWT claim and configuration `allowed_connection_types`). */
const CONNECTION_TYPES: Readonly<Record<ListenerName, string>> = {
  tcp: "STANDARD",
  websocket: "WEBSOCKET",
};

/** A client that asks to be authenticated. */
export interface Applicant {
  readonly options: ConnectOptions;
  readonly listener: ListenerName;
  /** The nonce in this client's INFO; empty for none. */
  readonly nonce: string;
}

/** When a credential expires. */
export interface Expiry {
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** The `-ERR`'s text. */
  readonly error: string;
}

/** The rights and limits of an authenticated client. */
export interface Admission {
  readonly accountName: string;
  /** Undefined for no restrictions. */
  readonly permissions: Permissions | undefined;
  /** Subscriptions; infinite without a limit. */
  readonly maxSubscriptions: number;
  /** Bytes of header block and payload; infinite without a limit. */
  readonly maxPayloadBytes: number;
  /** When the credential expires; undefined for never. */
  readonly expiry: Expiry | undefined;
  /** The user's name or public key, as `/connz?auth=1` shows it. */
  readonly user: string;
  /** When the credential was issued, epoch seconds: a revocation applies to all older ones. */
  readonly issuedAtSeconds: number;
}

/** Decides which credentials a server requires and accepts. */
export interface Authenticator {
  /** Whether INFO has `auth_required`. */
  readonly demand: "nothing" | "credentials";
  /** Whether INFO has a nonce to sign. */
  readonly proof: "none" | "nonce";
  /** Credentials of a client that sends none (`no_auth_user`). */
  readonly anonymousLogin?: Partial<ConnectOptions>;
  /** Undefined when the credentials are rejected. */
  admit(applicant: Applicant, nowMs: number): Admission | undefined;
  /** A connected client's status after a reload: `unknown` when its user was removed, `revoked` when its credential was. */
  standing(options: ConnectOptions, admission: Admission): "known" | "unknown" | "revoked";
}

/** The default account. */
export const GLOBAL_ACCOUNT = "$G";

/** An admission without limits. */
export function unbounded(user: string, accountName = GLOBAL_ACCOUNT): Admission {
  return {
    accountName,
    permissions: undefined,
    maxSubscriptions: Number.POSITIVE_INFINITY,
    maxPayloadBytes: Number.POSITIVE_INFINITY,
    expiry: undefined,
    user,
    issuedAtSeconds: 0,
  };
}

/** Whether a list of connection types, empty for all, includes this listener's. */
export function allowsListener(types: readonly string[] | undefined, listener: ListenerName): boolean {
  if (types === undefined || types.length === 0) return true;
  return types.some((type) => type.toUpperCase() === CONNECTION_TYPES[listener]);
}

/** A client's options, with the anonymous login if it sent no credentials. Kept, because a reload checks the password again. */
export function withDefaultLogin(options: ConnectOptions, { anonymousLogin }: Authenticator): ConnectOptions {
  const saysNothing = isAnonymous(options) && options.auth_token === "" && options.pass === "";
  return saysNothing ? { ...options, ...anonymousLogin } : options;
}

/** Whether a client sent neither user nor nkey. */
export function isAnonymous({ user, nkey }: ConnectOptions): boolean {
  return user === "" && nkey === "";
}
