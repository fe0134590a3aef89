import { type JWTVerifyGetKey, jwtVerify } from "jose";
import type { Gate } from "../config/auth.ts";
import type { AccessKeys } from "./access-keys.ts";

/** Whether a request may have credentials; `unavailable` if that couldn't be checked, which also refuses it. */
export type Admission = "admitted" | "refused" | "unavailable";

/** Checks a request's proof against the gate. Fails closed. */
export async function admit(gate: Gate, headers: Headers, accessKeys: AccessKeys): Promise<Admission> {
  switch (gate.kind) {
    case "public":
      return "admitted";
    case "passphrase": {
      const given = /^Bearer +(.+)$/i.exec(headers.get("Authorization") ?? "")?.[1] ?? "";
      return (await isSame(given, gate.passphrase)) ? "admitted" : "refused";
    }
    case "access":
      return admitByAccess(gate, headers.get("Cf-Access-Jwt-Assertion"), accessKeys(gate.teamDomain));
  }
}

/** jose's error codes for an invalid assertion; any other error means that the keys couldn't be fetched. */
const REFUSALS = /^ERR_(?:JWT_|JWS_|JOSE_|JWKS_(?:NO|MULTIPLE)_MATCHING_KEY)/;

/** Checks the signed assertion only: anyone can send the other `Cf-Access-*` headers. */
async function admitByAccess(
  { teamDomain, audience }: Gate & { kind: "access" },
  assertion: string | null,
  keys: JWTVerifyGetKey,
): Promise<Admission> {
  if (assertion === null) return "refused";
  try {
    const issuer = `https://${teamDomain}`;
    await jwtVerify(assertion, keys, { audience, issuer, algorithms: ["RS256"], requiredClaims: ["exp"] });
    return "admitted";
  } catch (error) {
    return REFUSALS.test((error as { code?: string }).code ?? "") ? "refused" : "unavailable";
  }
}

/** Compares in constant time: both texts are hashed to the same length first. */
async function isSame(given: string, wanted: string): Promise<boolean> {
  const hash = (text: string) => crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const [one, other] = await Promise.all([hash(given), hash(wanted)]);
  return crypto.subtle.timingSafeEqual(one, other);
}
