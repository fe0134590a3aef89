import { base64url } from "jose";
import type { ViewerPermissions } from "./claims.ts";

/** An account's signing key, ready to sign. */
export interface Signer {
  /** `A…`: the key's public half, the issuer of what it signs. */
  readonly issuer: string;
  sign(text: string): Promise<string>;
}

/** What a user JWT is made of. */
export interface UserJwtInput {
  /** `U…`: whose token it is. */
  readonly userKey: string;
  /** `A…`: the account, which signing keys only sign for. */
  readonly account: string;
  /** Null with a scoped key: there the account says what is allowed, and the JWT must not. */
  readonly permissions: ViewerPermissions | null;
  /** Epoch milliseconds. */
  readonly issuedAtMs: number;
  readonly lifetimeMs: number;
}

/** Signs a NATS user JWT (NATS JWT v2); `expiresAtMs` is epoch milliseconds. */
export async function signUserJwt(signer: Signer, input: UserJwtInput) {
  const text = unsigned(signer.issuer, input);
  return { jwt: `${text}.${await signer.sign(text)}`, expiresAtMs: timesOf(input).exp * 1000 } as const;
}

/** Base64url of Ed25519's 64 bytes. */
const SIGNATURE_LENGTH = 86;

/** How long such a JWT is, characters, whoever signs it: all keys are equally long. */
export function userJwtLength(input: UserJwtInput): number {
  return unsigned(input.account, input).length + 1 + SIGNATURE_LENGTH;
}

const HEADER = encode({ typ: "JWT", alg: "ed25519-nkey" });

/** The claims, as they are signed; `issuer` is the signing key's public half. */
function unsigned(issuer: string, input: UserJwtInput): string {
  const claims = {
    jti: crypto.randomUUID(),
    ...timesOf(input),
    iss: issuer,
    sub: input.userKey,
    name: "mycelium-viewer",
    nats: { ...(input.permissions ?? {}), type: "user", version: 2, issuer_account: input.account },
  };
  return `${HEADER}.${encode(claims)}`;
}

function timesOf({ issuedAtMs, lifetimeMs }: UserJwtInput) {
  const iat = Math.floor(issuedAtMs / 1000);
  return { iat, exp: iat + Math.floor(lifetimeMs / 1000) };
}

function encode(value: object): string {
  return base64url.encode(JSON.stringify(value));
}
