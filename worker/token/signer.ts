import { base64url } from "jose";
import { encodePublicKey, seedBytes } from "../../contract/nkey.ts";
import type { Signer } from "./user-jwt.ts";

/** What stands before an Ed25519 seed in PKCS#8 (RFC 8410, section 7). */
const PKCS8_PREFIX = [
  0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
] as const;

/**
 * Takes a signing key's seed in. WebCrypto signs about a thousand times faster than tweetnacl.
 * @throws Error when the seed is no account seed; its message never holds the seed
 */
export async function importSigner(seed: string): Promise<Signer> {
  const bytes = seedBytes(seed, "account");
  if (bytes === null) throw new Error("the signing key is no account seed");
  const pkcs8 = Uint8Array.from([...PKCS8_PREFIX, ...bytes]);
  const key = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", true, ["sign"]);
  const { x = "" } = (await crypto.subtle.exportKey("jwk", key)) as JsonWebKey;
  return {
    issuer: encodePublicKey(base64url.decode(x), "account"),
    sign: async (text) => {
      const signature = await crypto.subtle.sign("Ed25519", key, new TextEncoder().encode(text));
      return base64url.encode(new Uint8Array(signature));
    },
  };
}
