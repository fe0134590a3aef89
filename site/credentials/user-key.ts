import { encodePublicKey } from "../../client/index.ts";

/** A user nkey that lives in this page's memory only. */
export interface UserKey {
  /** `U…`, the only part that anybody is told. */
  readonly nkey: string;
  /** Signs with Ed25519 (RFC 8032). */
  sign(data: Uint8Array): Promise<Uint8Array>;
}

/**
 * Makes a new key. Its private half can't be read, not even by this page.
 * @throws DOMException where the browser has no Ed25519
 */
export async function makeUserKey(): Promise<UserKey> {
  const pair = await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
  const publicKey = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  return {
    nkey: encodePublicKey(publicKey, "user"),
    sign: async (data) =>
      new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, Uint8Array.from(data))),
  };
}
