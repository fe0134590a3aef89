import type { ViewerPermissions } from "./claims.ts";
import { base64Url, type Signer } from "./signer.ts";

/** Servers refuse more than 4,096 bytes of CONNECT; signature, names and the rest need some of it. */
export const MAX_JWT_LENGTH = 3500;

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

/** A signed token. */
export interface UserJwt {
  readonly jwt: string;
  /** Epoch milliseconds. */
  readonly expiresAtMs: number;
}

const HEADER = encode({ typ: "JWT", alg: "ed25519-nkey" });

/** Signs a NATS user JWT (NATS JWT v2). */
export async function signUserJwt(signer: Signer, input: UserJwtInput): Promise<UserJwt> {
  const issuedAt = Math.floor(input.issuedAtMs / 1000);
  const expiresAt = issuedAt + Math.floor(input.lifetimeMs / 1000);
  const claims = {
    jti: crypto.randomUUID(),
    iat: issuedAt,
    exp: expiresAt,
    iss: signer.issuer,
    sub: input.userKey,
    name: "mycelium-viewer",
    nats: { ...(input.permissions ?? {}), type: "user", version: 2, issuer_account: input.account },
  };
  const text = `${HEADER}.${encode(claims)}`;
  return { jwt: `${text}.${await signer.sign(text)}`, expiresAtMs: expiresAt * 1000 };
}

function encode(value: object): string {
  return base64Url(new TextEncoder().encode(JSON.stringify(value)));
}
