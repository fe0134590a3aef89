import { base64url } from "jose";
import type { ViewerPermissions } from "./claims.ts";

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

/** What is signed, and when it ends. */
export interface UnsignedJwt {
  readonly text: string;
  /** Epoch milliseconds. */
  readonly expiresAtMs: number;
}

const HEADER = encode({ typ: "JWT", alg: "ed25519-nkey" });

/** Base64url of Ed25519's 64 bytes. */
const SIGNATURE_LENGTH = 86;

/** Writes the claims of a NATS user JWT (NATS JWT v2). `issuer` is the signing key's public half. */
export function unsignedUserJwt(issuer: string, input: UserJwtInput): UnsignedJwt {
  const issuedAt = Math.floor(input.issuedAtMs / 1000);
  const expiresAt = issuedAt + Math.floor(input.lifetimeMs / 1000);
  const claims = {
    jti: crypto.randomUUID(),
    iat: issuedAt,
    exp: expiresAt,
    iss: issuer,
    sub: input.userKey,
    name: "mycelium-viewer",
    nats: { ...(input.permissions ?? {}), type: "user", version: 2, issuer_account: input.account },
  };
  return { text: `${HEADER}.${encode(claims)}`, expiresAtMs: expiresAt * 1000 };
}

/** How long such a JWT is, characters, whoever signs it: all keys are equally long. */
export function userJwtLength(input: UserJwtInput): number {
  return unsignedUserJwt(input.account, input).text.length + 1 + SIGNATURE_LENGTH;
}

function encode(value: object): string {
  return base64url.encode(JSON.stringify(value));
}
