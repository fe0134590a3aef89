import { base64url } from "jose";
import { encodePublicKey, seedBytes } from "../../contract/nkey.ts";
import type { ViewerPermissions } from "./claims.ts";

/** The bytes before an Ed25519 seed in PKCS#8 (RFC 8410, section 7). */
const PKCS8_PREFIX = [
  0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
] as const;

/** The contents of a user JWT. */
export interface UserJwtInput {
  /** The viewer's public key, `U…`. */
  readonly userKey: string;
  /** The account's public key, `A…`; a signing key has another one. */
  readonly account: string;
  /** Null with a scoped key: the account holds the permissions, and the JWT must not contain any. */
  readonly permissions: ViewerPermissions | null;
  /** Epoch milliseconds. */
  readonly issuedAtMs: number;
  readonly lifetimeMs: number;
}

/**
 * Signs a NATS user JWT (NATS JWT v2) with an account's key, `SA…`; `expiresAtMs` is epoch milliseconds. WebCrypto is
 * about a thousand times faster at it than tweetnacl.
 * @throws Error if the seed is not an account's; its message never contains the seed
 */
export async function signUserJwt(seed: string, input: UserJwtInput) {
  const bytes = seedBytes(seed, "account");
  if (bytes === null) throw new Error("the signing key is not an account seed");
  const pkcs8 = Uint8Array.from([...PKCS8_PREFIX, ...bytes]);
  const key = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", true, ["sign"]);
  const { x = "" } = (await crypto.subtle.exportKey("jwk", key)) as { readonly x?: string };
  const text = unsigned(encodePublicKey(base64url.decode(x), "account"), input);
  const signature = await crypto.subtle.sign("Ed25519", key, new TextEncoder().encode(text));
  const jwt = `${text}.${base64url.encode(new Uint8Array(signature))}`;
  return { jwt, expiresAtMs: timesOf(input).exp * 1000 } as const;
}

/** Base64url of Ed25519's 64 bytes. */
const SIGNATURE_LENGTH = 86;

/** The length of such a JWT in characters; it doesn't depend on the signer, because all keys are equally long. */
export function userJwtLength(input: UserJwtInput): number {
  return unsigned(input.account, input).length + 1 + SIGNATURE_LENGTH;
}

const HEADER = encode({ typ: "JWT", alg: "ed25519-nkey" });

/** The text to sign: header and claims; `issuer` is the signing key's public key. */
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
