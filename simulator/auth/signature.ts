import { fromPublic } from "@nats-io/nkeys";

/** Whether `signature` (base64, URL-safe or not) is this nkey's signature of the nonce. */
export function isSigned(publicKey: string, nonce: string, signature: string): boolean {
  if (signature === "") return false;
  try {
    return fromPublic(publicKey).verify(Buffer.from(nonce), Buffer.from(signature, "base64url"));
  } catch {
    return false;
  }
}
