import { encodePublicKey } from "../../contract/nkey.ts";
import { refused } from "./refusal.ts";

/** A user nkey that lives in this page's memory only. */
export interface UserKey {
  /** `U…`, the only part that anybody is told. */
  readonly nkey: string;
  /** Signs with Ed25519 (RFC 8032). */
  sign(data: Uint8Array): Promise<Uint8Array>;
}

/**
 * Makes a new key. Its private half can't be read, not even by this page.
 * @throws FaultError where the page was served without a secure context, or the browser has no Ed25519
 */
export async function makeUserKey(): Promise<UserKey> {
  // Only pages over https, and of this machine, have it (W3C Secure Contexts).
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

/** A key that nobody has to prove: where the worker's credentials are a password or a token, it only tells requests apart. */
export function unprovenKey(): Pick<UserKey, "nkey"> {
  return { nkey: encodePublicKey(crypto.getRandomValues(new Uint8Array(32)), "user") };
}
