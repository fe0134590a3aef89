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

/** Who is trusted to name accounts, and the accounts they named. */
export interface TrustSettings {
  /** Operator JWTs, or their `O…` public keys. */
  readonly operators: readonly string[];
  /** Account JWTs by the account's public key (`resolver_preload`). */
  readonly accounts: Readonly<Record<string, string>>;
}

/** Scoped signing keys came with the second version of tokens. */
const SCOPED_VERSION = 2;

/** Tokens of the first version have no `nats` where it has nothing to say. */
interface OperatorClaims {
  readonly signing_keys?: readonly string[];
}

interface TrustedAccount {
  readonly claims: ClaimsData<Account>;
  readonly signingKeys: ReadonlyMap<string, SigningKey | undefined>;
}

/** What a user's JWT, or the template of a scoped signing key, grants. */
interface Grant {
  readonly pub?: { readonly allow?: string[]; readonly deny?: string[] };
  readonly sub?: { readonly allow?: string[]; readonly deny?: string[] };
  readonly subs?: number;
  readonly payload?: number;
  readonly bearer_token?: boolean;
  /** Absent in tokens of the first version, in which limits that are left out don't bound. */
  readonly version?: number;
  readonly allowed_connection_types?: string[];
}

/** Decentralised authentication: operator signs account, account signs user, user signs the nonce. */
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
      // Anybody can sign a token that isn't one, or in which a list is a number.
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

  /** Whether the account has revoked this user's tokens issued up to then, epoch seconds. */
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

/** Tokens of the first version say what they are beside `nats`, not in it. */
function typeOf(claims: ClaimsData<User>): unknown {
  return claims.nats.type ?? (claims as { type?: unknown }).type;
}

/** What the user was granted, if its issuer could grant it: a scoped key's users carry no permissions of their own. */
function grantOf(claims: ClaimsData<User>, account: TrustedAccount): Grant | undefined {
  if (!account.signingKeys.has(claims.iss)) return undefined;
  const scope = account.signingKeys.get(claims.iss);
  const own = claims.nats as Grant;
  if (scope === undefined) return own;
  const hasOwnGrant = (["pub", "sub"] as const).some((side) => Object.keys(own[side] ?? {}).length > 0);
  if (hasOwnGrant || own.subs || own.payload) return undefined;
  return fillTemplate({ ...(scope.template as Grant), version: SCOPED_VERSION }, claims);
}

/** Templates may use the user's name and subject; an entry with anything else that is unknown is left as it stands. */
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

/** The one of the two that ends first; neither has to end. */
function earliest(
  ...ends: { readonly seconds: number | undefined; readonly error: string }[]
): Expiry | undefined {
  const [first] = ends
    .flatMap(({ seconds, error }) => (seconds ? [{ atMs: seconds * 1000, error }] : []))
    .sort((a, b) => a.atMs - b.atMs);
  return first;
}

/** The smaller of two limits, where a negative one is none. */
function least(...limits: number[]): number {
  return Math.min(...limits.map((limit) => (limit < 0 ? Number.POSITIVE_INFINITY : limit)));
}
