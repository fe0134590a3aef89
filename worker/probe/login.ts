import { base64url } from "jose";
import { encodePublicKey } from "../../contract/nkey.ts";
import type { Config } from "../config.ts";
import { viewerPermissions } from "../token/claims.ts";
import { importSigner } from "../token/signer.ts";
import { signUserJwt } from "../token/user-jwt.ts";

/** The part of the configuration that says what a viewer may do. */
export type Viewing = Pick<Config, "auth" | "feeds" | "explore">;

/** How the probe comes in. */
export interface Login {
  /** What it adds to CONNECT; `nonce` is INFO's, to be signed. */
  readonly proof: (nonce: string) => Promise<Readonly<Record<string, string>>>;
  /** A subject under an inbox that is this login's alone. */
  readonly ownInbox: string;
}

/** How the probe proves who it is: as the page would; null where NATS is open. */
export async function loginOf({ auth, feeds, explore }: Viewing): Promise<Login | null> {
  switch (auth.mode) {
    case "none":
      return null;
    case "userpass":
      return { proof: async () => ({ user: auth.user, pass: auth.password }), ownInbox: newInbox() };
    case "token":
      return { proof: async () => ({ auth_token: auth.token }), ownInbox: newInbox() };
    case "jwt":
      return canaryLogin(auth, feeds, explore);
  }
}

/** An inbox that nobody has heard of. */
export function newInbox(): string {
  return `_INBOX.${crypto.randomUUID()}.probe`;
}

/** A token of our own, made as for a viewer, and as long-lived: if the server takes it, it takes the viewers' too. */
async function canaryLogin(
  auth: Config["auth"] & { mode: "jwt" },
  feeds: Config["feeds"],
  explore: Config["explore"],
): Promise<Login> {
  const keys = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const publicKey = (await crypto.subtle.exportKey("raw", keys.publicKey)) as ArrayBuffer;
  const userKey = encodePublicKey(new Uint8Array(publicKey), "user");
  const { jwt } = await signUserJwt(await importSigner(auth.signingSeed), {
    userKey,
    account: auth.account,
    permissions: auth.isScoped ? null : viewerPermissions(feeds, userKey, explore),
    issuedAtMs: Date.now(),
    lifetimeMs: auth.lifetimeMs,
  });
  const proof = async (nonce: string) => {
    const signed = await crypto.subtle.sign("Ed25519", keys.privateKey, new TextEncoder().encode(nonce));
    return { jwt, sig: base64url.encode(new Uint8Array(signed)) };
  };
  return { proof, ownInbox: `_INBOX.${userKey}.probe` };
}
