import type { Signer } from "./signer.ts";
import { type UserJwtInput, unsignedUserJwt } from "./user-claims.ts";

/** A signed token. */
export interface UserJwt {
  readonly jwt: string;
  /** Epoch milliseconds. */
  readonly expiresAtMs: number;
}

/** Signs a NATS user JWT (NATS JWT v2). */
export async function signUserJwt(signer: Signer, input: UserJwtInput): Promise<UserJwt> {
  const { text, expiresAtMs } = unsignedUserJwt(signer.issuer, input);
  return { jwt: `${text}.${await signer.sign(text)}`, expiresAtMs };
}
