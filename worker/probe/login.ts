import { base64url } from "jose";
import { encodePublicKey } from "../../contract/nkey.ts";
import { signViewerJwt, type Viewing } from "../token/viewer-jwt.ts";

/** How the probe comes in. */
export interface Login {
  /** What it adds to CONNECT; `nonce` is INFO's, to be signed. */
  readonly proof: (nonce: string) => Promise<Readonly<Record<string, string>>>;
  /** A subject under an inbox that is this login's alone. */
  readonly ownInbox: string;
}

/** How the probe proves who it is: as the page would; null where NATS is open. */
export async function loginOf(viewing: Viewing): Promise<Login | null> {
  const { auth } = viewing;
  switch (auth.mode) {
    case "none":
      return null;
    case "userpass":
      return { proof: async () => ({ user: auth.user, pass: auth.password }), ownInbox: newInbox() };
    case "token":
      return { proof: async () => ({ auth_token: auth.token }), ownInbox: newInbox() };
    case "jwt":
      return canaryLogin({ ...viewing, auth });
  }
}

/** An inbox that nobody has heard of. */
export function newInbox(): string {
  return `_INBOX.${crypto.randomUUID()}.probe`;
}

/** A key and a token of our own, made as a viewer's. */
async function canaryLogin(viewing: Parameters<typeof signViewerJwt>[0]): Promise<Login> {
  const keys = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const publicKey = (await crypto.subtle.exportKey("raw", keys.publicKey)) as ArrayBuffer;
  const userKey = encodePublicKey(new Uint8Array(publicKey), "user");
  const { jwt } = await signViewerJwt(viewing, userKey, Date.now());
  const proof = async (nonce: string) => {
    const signed = await crypto.subtle.sign("Ed25519", keys.privateKey, new TextEncoder().encode(nonce));
    return { jwt, sig: base64url.encode(new Uint8Array(signed)) };
  };
  return { proof, ownInbox: `_INBOX.${userKey}.probe` };
}
