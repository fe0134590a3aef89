import { type Account, type ClaimsData, decode, type SigningKey, type User } from "@nats-io/jwt";
import type { ConnectOptions } from "../protocol/connect-options.ts";
import { ERRORS } from "../protocol/errors.ts";
import {
  type Admission,
  type Applicant,
  type Authenticator,
  allowsListener,
  type Expiry,
} from "./admission.ts";
import { Permissions } from "./permissions.ts";
import { isSigned } from "./signature.ts";

/** Trusted operators, and the accounts that they signed. */
export interface TrustSettings {
  /** Operator JWTs, or their `O…` public keys. */
  readonly operators: readonly string[];
  /** Account JWTs by the account's public key (`resolver_preload`). */
  readonly accounts: Readonly<Record<string, string>>;
}

/** Scoped signing keys exist since version 2 of JWTs. */
const SCOPED_VERSION = 2;

/** Version 1 JWTs omit `nats` when it is empty. */
interface OperatorClaims {
  readonly signing_keys?: readonly string[];
}

interface TrustedAccount {
  readonly claims: ClaimsData<Account>;
  readonly signingKeys: ReadonlyMap<string, SigningKey | undefined>;
}

/** The rights in a user's JWT, or in the template of a scoped signing key. */
interface Grant {
  readonly pub?: { readonly allow?: string[]; readonly deny?: string[] };
  readonly sub?: { readonly allow?: string[]; readonly deny?: string[] };
  readonly subs?: number;
  readonly payload?: number;
  readonly bearer_token?: boolean;
  /** Absent in version 1 JWTs, in which an absent limit means unlimited. */
  readonly version?: number;
  readonly allowed_connection_types?: string[];
}

/** Decentralised authentication: the operator signs accounts, an account signs users, a user signs the nonce. */
export class Trust implements Authenticator {
  readonly demand = "credentials";
  readonly proof = "nonce";
  readonly #operatorKeys: ReadonlySet<string>;
  readonly #accounts = new Map<string, TrustedAccount>();

  constructor({ operators, accounts }: TrustSettings) {
    this.#operatorKeys = new Set(operators.flatMap(operatorKeys));
    for (const [publicKey, jwt] of Object.entries(accounts))
      this.#accounts.set(publicKey, readAccount(publicKey, jwt));
  }

  admit(applicant: Applicant, nowMs: number): Admission | undefined {
    try {
      return this.#admit(applicant, nowMs);
    } catch {
      // A malformed token, which any client can send, throws somewhere in here.
      return undefined;
    }
  }

  #admit({ options, listener, nonce }: Applicant, nowMs: number): Admission | undefined {
    const claims = decode<User>(options.jwt);
    if (typeOf(claims) !== "user") return undefined;
    const accountKey = claims.nats.issuer_account ?? claims.iss;
    const account = this.#accounts.get(accountKey);
    if (account === undefined || !this.#operatorKeys.has(account.claims.iss)) return undefined;
    const grant = grantOf(claims, account);
    const admits =
      grant !== undefined &&
      isCurrent(claims, nowMs) &&
      isCurrent(account.claims, nowMs) &&
      allowsListener(grant.allowed_connection_types, listener) &&
      (grant.bearer_token === true || isSigned(claims.sub, nonce, options.sig)) &&
      !this.#isRevoked(accountKey, claims.sub, claims.iat);
    return admits ? toAdmission(claims, grant, account, accountKey) : undefined;
  }

  standing(_: ConnectOptions, { accountName, user, issuedAtSeconds }: Admission): "known" | "revoked" {
    return this.#isRevoked(accountName, user, issuedAtSeconds) ? "revoked" : "known";
  }

  /** Whether the account has revoked the user's tokens of this time of issue, epoch seconds. */
  #isRevoked(accountKey: string, userKey: string, issuedAtSeconds: number): boolean {
    const revocations = this.#accounts.get(accountKey)?.claims.nats.revocations ?? {};
    return ["*", userKey].some((key) => (revocations[key] ?? -1) >= issuedAtSeconds);
  }
}

function operatorKeys(operator: string): string[] {
  if (operator.startsWith("O")) return [operator];
  const claims = decode<OperatorClaims>(operator);
  return [claims.sub, ...((claims.nats as OperatorClaims | undefined)?.signing_keys ?? [])];
}

function readAccount(publicKey: string, jwt: string): TrustedAccount {
  const claims = decode<Account>(jwt);
  if (claims.sub !== publicKey)
    throw new Error(`resolver_preload: the JWT of ${publicKey} is for ${claims.sub}`);
  const keys = (claims.nats.signing_keys ?? []).map((key): [string, SigningKey | undefined] =>
    typeof key === "string" ? [key, undefined] : [key.key, key],
  );
  return { claims, signingKeys: new Map([[publicKey, undefined], ...keys]) };
}

/** Version 1 JWTs have their type beside `nats`, not in it. */
function typeOf(claims: ClaimsData<User>): unknown {
  return claims.nats.type ?? (claims as { type?: unknown }).type;
}

/** The user's rights; undefined when the issuer isn't a key of the account, or is scoped and the user has own rights. */
function grantOf(claims: ClaimsData<User>, account: TrustedAccount): Grant | undefined {
  if (!account.signingKeys.has(claims.iss)) return undefined;
  const scope = account.signingKeys.get(claims.iss);
  const own = claims.nats as Grant;
  if (scope === undefined) return own;
  const hasOwnGrant = (["pub", "sub"] as const).some((side) => Object.keys(own[side] ?? {}).length > 0);
  if (hasOwnGrant || own.subs || own.payload) return undefined;
  return fillTemplate({ ...(scope.template as Grant), version: SCOPED_VERSION }, claims);
}

/** Fills in the user's name and subject; other template functions stay as they are. */
function fillTemplate(template: Grant, claims: ClaimsData<User>): Grant {
  const fill = (patterns: string[] | undefined): string[] =>
    (patterns ?? []).map((pattern) =>
      pattern
        .replace(/\{\{\s*name\(\)\s*\}\}/g, () => claims.name)
        .replace(/\{\{\s*subject\(\)\s*\}\}/g, () => claims.sub),
    );
  return {
    ...template,
    pub: { allow: fill(template.pub?.allow), deny: fill(template.pub?.deny) },
    sub: { allow: fill(template.sub?.allow), deny: fill(template.sub?.deny) },
  };
}

function isCurrent({ exp, nbf }: { exp?: number; nbf?: number }, nowMs: number): boolean {
  const seconds = nowMs / 1000;
  return (!exp || exp > seconds) && (!nbf || nbf <= seconds);
}

function toAdmission(
  claims: ClaimsData<User>,
  grant: Grant,
  { claims: { nats: account, exp: accountExpiry } }: TrustedAccount,
  accountName: string,
): Admission {
  const limits = account.limits ?? {};
  const unsaid = grant.version === undefined ? -1 : 0;
  return {
    accountName,
    permissions: new Permissions({ publish: grant.pub ?? {}, subscribe: grant.sub ?? {} }),
    maxSubscriptions: least(grant.subs ?? unsaid, limits.subs ?? -1),
    maxPayloadBytes: least(grant.payload ?? unsaid, limits.payload ?? -1),
    expiry: earliest(
      { seconds: claims.exp, error: ERRORS.authenticationExpired },
      { seconds: accountExpiry, error: ERRORS.accountExpired },
    ),
    user: claims.sub,
    issuedAtSeconds: claims.iat,
  };
}

/** The earliest of several expiries; undefined when there is none. */
function earliest(
  ...ends: { readonly seconds: number | undefined; readonly error: string }[]
): Expiry | undefined {
  const [first] = ends
    .flatMap(({ seconds, error }) => (seconds ? [{ atMs: seconds * 1000, error }] : []))
    .sort((a, b) => a.atMs - b.atMs);
  return first;
}

/** The smallest of several limits; a negative one means unlimited. */
function least(...limits: number[]): number {
  return Math.min(...limits.map((limit) => (limit < 0 ? Number.POSITIVE_INFINITY : limit)));
}
