import { base64url } from "jose";
import { directGetSubject, subscribedSubject } from "../../contract/feed.ts";
import { encodePublicKey } from "../../contract/nkey.ts";
import type { Config } from "../config.ts";
import { credentialsFor, type ViewerConfig } from "../token/credentials.ts";

/** How the probe logs in, and what it checks. */
export interface ProbePlan {
  /** Returns the credentials for CONNECT, given INFO's nonce to sign; null if there are none. */
  readonly login: ((nonce: string) => Promise<Readonly<Record<string, string>>>) | null;
  /** An inbox that only this login may use. */
  readonly inbox: string;
  /** The page's origin; null if it isn't known for sure. */
  readonly publicUrl: string | null;
  /** The subjects that the feeds subscribe to. */
  readonly subjects: readonly string[];
  /** The Direct Get subjects of the feeds' streams. */
  readonly directGets: readonly string[];
  /** Servers at which to try to publish, which must be denied; nats-server logs each attempt. */
  readonly publishTestServers: readonly string[];
}

/** The part of the configuration that an observation needs. */
export interface ProbeConfig extends ViewerConfig, Pick<Config, "servers"> {}

/** The plan of a probe that logs in and reads as the page would. */
export async function probePlan(
  config: ProbeConfig,
  publishTestServers: readonly string[],
): Promise<ProbePlan> {
  const { feeds, publicUrl } = config;
  return {
    ...(await loginOf(config)),
    publicUrl,
    subjects: [...new Set(feeds.map(subscribedSubject))],
    directGets: [...new Set(feeds.map(directGetSubject))].filter((directGet) => directGet !== ""),
    publishTestServers,
  };
}

/** Generates a user key, as each page does, and gets the credentials that the worker hands out for it. */
async function loginOf(config: ViewerConfig): Promise<Pick<ProbePlan, "login" | "inbox">> {
  const keys = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const publicKey = (await crypto.subtle.exportKey("raw", keys.publicKey)) as ArrayBuffer;
  const userKey = encodePublicKey(new Uint8Array(publicKey), "user");
  const inbox = `_INBOX.${userKey}.probe`;
  const credentials = await credentialsFor(config, userKey, Date.now());
  if (credentials === null) return { login: null, inbox };
  const login = async (nonce: string) => {
    if ("user" in credentials) return credentials;
    if ("token" in credentials) return { auth_token: credentials.token };
    const signed = await crypto.subtle.sign("Ed25519", keys.privateKey, new TextEncoder().encode(nonce));
    return { jwt: credentials.jwt, sig: base64url.encode(new Uint8Array(signed)) };
  };
  return { login, inbox };
}
