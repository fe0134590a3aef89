import { base64url } from "jose";
import { directGetOf, heardSubject } from "../../contract/feed.ts";
import { encodePublicKey } from "../../contract/nkey.ts";
import type { Config } from "../config.ts";
import { credentialsFor, type Viewing } from "../token/credentials.ts";

/** As whom the probe comes, and what it must be able to read. */
export interface Visitor {
  /** What it adds to CONNECT to prove who it is; `nonce` is INFO's, to be signed. Null where NATS is open. */
  readonly proof: ((nonce: string) => Promise<Readonly<Record<string, string>>>) | null;
  /** A subject that nobody else has heard of, below an inbox that is this login's alone. */
  readonly inbox: string;
  /** The page's origin; null where nobody knows for sure. */
  readonly publicUrl: string | null;
  /** The feeds' subjects. */
  readonly subjects: readonly string[];
  /** Where the feeds' streams are asked for a message. */
  readonly histories: readonly string[];
  /** The servers where to try what the credentials must not allow. nats-server logs each attempt. */
  readonly triesToPublishAt: readonly string[];
}

/** What an observation needs of the configuration. */
export interface Probing extends Viewing, Pick<Config, "servers"> {}

/** Someone who comes as the page would, to read what the page reads. */
export async function visitorOf(probing: Probing, triesToPublishAt: readonly string[]): Promise<Visitor> {
  const { feeds, publicUrl } = probing;
  return {
    ...(await loginOf(probing)),
    publicUrl,
    subjects: [...new Set(feeds.map(heardSubject))],
    histories: [...new Set(feeds.map(directGetOf))].filter((directGet) => directGet !== ""),
    triesToPublishAt,
  };
}

/** A key of its own, as each page has one, and what the worker hands out for it. */
async function loginOf(viewing: Viewing): Promise<Pick<Visitor, "proof" | "inbox">> {
  const keys = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const publicKey = (await crypto.subtle.exportKey("raw", keys.publicKey)) as ArrayBuffer;
  const userKey = encodePublicKey(new Uint8Array(publicKey), "user");
  const inbox = `_INBOX.${userKey}.probe`;
  const credentials = await credentialsFor(viewing, userKey, Date.now());
  if (credentials === null) return { proof: null, inbox };
  const proof = async (nonce: string) => {
    if ("user" in credentials) return credentials;
    if ("token" in credentials) return { auth_token: credentials.token };
    const signed = await crypto.subtle.sign("Ed25519", keys.privateKey, new TextEncoder().encode(nonce));
    return { jwt: credentials.jwt, sig: base64url.encode(new Uint8Array(signed)) };
  };
  return { proof, inbox };
}
