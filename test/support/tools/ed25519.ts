/** Ed25519 (RFC 8032) with Node's crypto, behind the signatures of tweetnacl's functions. */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";

/** DER headers before the 32 bytes of a key (RFC 8410, section 7). */
const PRIVATE_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
const PUBLIC_PREFIX = Buffer.from("302a300506032b6570032100", "hex");
const SEED_BYTES = 32;

function privateKey(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PRIVATE_PREFIX, seed]), format: "der", type: "pkcs8" });
}

/** The key pair of a 32-byte seed. The secret key is the seed followed by the public key. */
export function keyPairFromSeed(seed: Uint8Array): { publicKey: Uint8Array; secretKey: Uint8Array } {
  const der = createPublicKey(privateKey(seed)).export({ format: "der", type: "spki" });
  const publicKey = new Uint8Array(der.subarray(PUBLIC_PREFIX.length));
  return { publicKey, secretKey: new Uint8Array([...seed, ...publicKey]) };
}

/** The 64-byte signature, without the message. */
export function signDetached(message: Uint8Array, secretKey: Uint8Array): Uint8Array {
  return new Uint8Array(sign(null, message, privateKey(secretKey.subarray(0, SEED_BYTES))));
}

/** Whether the signature of the message was made with the key. */
export function verifyDetached(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
  const key = createPublicKey({
    key: Buffer.concat([PUBLIC_PREFIX, publicKey]),
    format: "der",
    type: "spki",
  });
  return verify(null, message, key, signature);
}
