import { encodePublicKey } from "../../contract/nkey.ts";
import { refused } from "./refusal.ts";

/** A user nkey, kept in memory only. */
export interface UserKey {
  /** The public key, `U…`. The private key never leaves the browser. */
  readonly nkey: string;
  /** Signs with Ed25519 (RFC 8032). */
  sign(data: Uint8Array): Promise<Uint8Array>;
}

/**
 * Generates a key. Its private half can't be extracted, not even by this page.
 * @throws FaultError when the page isn't in a secure context, or the browser has no Ed25519
 */
export async function makeUserKey(): Promise<UserKey> {
  // Missing on pages served over http from another machine (W3C Secure Contexts).
  if (crypto.subtle === undefined) throw refused("no-crypto", {});
  const pair = await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]).catch((reason) => {
    throw refused("no-ed25519", { detail: String(reason) });
  });
  const publicKey = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  return {
    nkey: encodePublicKey(publicKey, "user"),
    sign: async (data) =>
      new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, Uint8Array.from(data))),
  };
}

/** A random public key without a private half: with a password or a token it only tells requests apart. */
export function unprovenKey(): Pick<UserKey, "nkey"> {
  return { nkey: encodePublicKey(crypto.getRandomValues(new Uint8Array(32)), "user") };
}
