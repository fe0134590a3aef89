import { base64url } from "jose";
import { directGetOf, heardSubject } from "../../contract/feed.ts";
import { encodePublicKey } from "../../contract/nkey.ts";
import type { Config } from "../config.ts";
import { signViewerJwt, type Viewing } from "../token/viewer-jwt.ts";

/** As whom the probe comes, and what it must be able to read. */
export interface Visitor {
  /** What it adds to CONNECT to prove who it is; `nonce` is INFO's, to be signed. Null where NATS is open. */
  readonly proof: ((nonce: string) => Promise<Readonly<Record<string, string>>>) | null;
  /** A subject that nobody else has heard of, below an inbox that is this login's alone. */
  readonly inbox: string;
  /** The origin of the page, where it is known. */
  readonly origin: string | null;
  /** The feeds' subjects. */
  readonly subjects: readonly string[];
  /** Where the feeds' streams are asked for a message. */
  readonly histories: readonly string[];
  /** The servers where to try what the credentials must not allow. nats-server logs each attempt. */
  readonly triesToPublishAt: readonly string[];
}

/** Someone who comes as the page would, to read what the page reads. */
export async function visitorOf(
  config: Viewing & Pick<Config, "publicUrl">,
  triesToPublishAt: readonly string[],
): Promise<Visitor> {
  const { feeds, publicUrl } = config;
  return {
    ...(await loginOf(config)),
    origin: publicUrl,
    subjects: [...new Set(feeds.map(heardSubject))],
    histories: [...new Set(feeds.map(directGetOf))].filter((directGet) => directGet !== ""),
    triesToPublishAt,
  };
}

type Login = Pick<Visitor, "proof" | "inbox">;

async function loginOf(viewing: Viewing): Promise<Login> {
  const { auth } = viewing;
  const inbox = `_INBOX.${crypto.randomUUID()}.probe`;
  switch (auth.mode) {
    case "none":
      return { proof: null, inbox };
    case "userpass":
      return { proof: async () => ({ user: auth.user, pass: auth.password }), inbox };
    case "token":
      return { proof: async () => ({ auth_token: auth.token }), inbox };
    case "jwt":
      return canaryLogin({ ...viewing, auth });
  }
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
  return { proof, inbox: `_INBOX.${userKey}.probe` };
}
