import type { ListenerName } from "../listeners/transport.ts";
import type { ConnectOptions } from "../protocol/connect-options.ts";
import type { Permissions } from "./permissions.ts";

/** Kinds of connection that a user can be bound to (JWT claim and configuration `allowed_connection_types`). */
const CONNECTION_TYPES: Readonly<Record<ListenerName, string>> = {
  tcp: "STANDARD",
  websocket: "WEBSOCKET",
};

/** Somebody who asks to be let in. */
export interface Applicant {
  readonly options: ConnectOptions;
  readonly listener: ListenerName;
  /** What the INFO asked to be signed; empty when it asked for nothing. */
  readonly nonce: string;
}

/** The end of a credential. */
export interface Expiry {
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** The `-ERR`'s text. */
  readonly error: string;
}

/** What somebody who was let in may do. */
export interface Admission {
  readonly accountName: string;
  /** Undefined sets no bound. */
  readonly permissions: Permissions | undefined;
  /** Subscriptions; infinite without a limit. */
  readonly maxSubscriptions: number;
  /** Bytes of header block and payload; infinite without a limit. */
  readonly maxPayloadBytes: number;
  /** When the credential ends, and what is said then; undefined for never. */
  readonly expiry: Expiry | undefined;
  /** The user's name or public key, as `/connz?auth=1` shows it. */
  readonly user: string;
  /** When the credential was issued, epoch seconds: a revocation ends all that are older. */
  readonly issuedAtSeconds: number;
}

/** What a server asks of a client, and thinks of its answer. */
export interface Authenticator {
  /** Whether INFO says `auth_required`. */
  readonly demand: "nothing" | "credentials";
  /** Whether INFO carries a nonce to be signed. */
  readonly proof: "none" | "nonce";
  /** What counts as said by those who say nothing (`no_auth_user`). */
  readonly anonymousLogin?: Partial<ConnectOptions>;
  /** Undefined when the credentials don't do. */
  admit(applicant: Applicant, nowMs: number): Admission | undefined;
  /** How somebody who is in stands after a reload: its user is in no list any more, or its credential was revoked. */
  standing(options: ConnectOptions, admission: Admission): "known" | "unknown" | "revoked";
}

/** The account of those whom nobody put into another. */
export const GLOBAL_ACCOUNT = "$G";

/** An admission without any bound. */
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

/** Whether a list of connection types, empty for all, lets this listener's clients in. */
export function allowsListener(types: readonly string[] | undefined, listener: ListenerName): boolean {
  if (types === undefined || types.length === 0) return true;
  return types.some((type) => type.toUpperCase() === CONNECTION_TYPES[listener]);
}

/** What a client said, or counts as having said: nats-server keeps that, and holds it against another password after a reload. */
export function identify(options: ConnectOptions, { anonymousLogin }: Authenticator): ConnectOptions {
  const saysNothing = namesNobody(options) && options.auth_token === "" && options.pass === "";
  return saysNothing ? { ...options, ...anonymousLogin } : options;
}

/** Whether a client named no user and no nkey. */
export function namesNobody({ user, nkey }: ConnectOptions): boolean {
  return user === "" && nkey === "";
}
