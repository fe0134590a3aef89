import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import * as v from "valibot";
import { isWithin, SharedByKey } from "../shared.ts";

/** Returns the key lookup of a team; a parameter, so that tests don't need Cloudflare. */
export type AccessKeys = (teamDomain: string) => JWTVerifyGetKey;

/** How long fetched keys are used, and how soon an unknown key id fetches them again, in milliseconds. */
const KEPT_MS = 10 * 60_000;
const NEW_KEY_AFTER_MS = 30_000;
const FETCH_LIMIT_MS = 2000;
/** The response limit; a team's two keys, or three during a rotation, take less than 2 kB each. */
const MAX_BYTES = 100_000;

interface KeptKeys {
  readonly keys: JSONWebKeySet;
  readonly fetchedAtMs: number;
}

const kept = new SharedByKey<KeptKeys>();

const keySetSchema = v.looseObject({ keys: v.array(v.looseObject({ kty: v.string() })) });

/**
 * The keys that a team publishes (Cloudflare Access, "Validate JWTs"), fetched once for all requests of an isolate.
 * jose's own remote key set would fetch them for each, because Workers requests can't share a pending fetch.
 */
export const publishedAccessKeys: AccessKeys = (teamDomain) => async (header, token) => {
  const find = async (ms: number) => {
    const isGood = ({ fetchedAtMs }: KeptKeys): boolean => isWithin(ms, fetchedAtMs);
    const { keys } = await kept.of(teamDomain).get(isGood, () => fetchKeys(teamDomain));
    return createLocalJWKSet(keys)(header, token);
  };
  try {
    return await find(KEPT_MS);
  } catch (error) {
    // The team may have rotated its keys.
    if (error instanceof errors.JWKSNoMatchingKey) return find(NEW_KEY_AFTER_MS);
    throw error;
  }
};

async function fetchKeys(teamDomain: string): Promise<KeptKeys> {
  const response = await fetch(`https://${teamDomain}/cdn-cgi/access/certs`, {
    redirect: "manual",
    signal: AbortSignal.timeout(FETCH_LIMIT_MS),
  });
  const text = response.ok ? await response.text() : "";
  if (text.length > MAX_BYTES) throw new Error("the keys are too long");
  const keys = v.parse(keySetSchema, JSON.parse(text)) as JSONWebKeySet;
  return { keys, fetchedAtMs: Date.now() };
}
