import { type JWTVerifyGetKey, jwtVerify } from "jose";
import type { Gate } from "../config/auth.ts";
import type { AccessKeys } from "./access-keys.ts";

/** Whether someone may have credentials; `unavailable` when it couldn't be found out, which is a no. */
export type Admission = "admitted" | "refused" | "unavailable";

/** Asks the gate. Fails closed. */
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

/** jose's codes for an assertion that is wrong, as against keys that couldn't be had. */
const REFUSALS = /^ERR_(?:JWT_|JWS_|JOSE_|JWKS_(?:NO|MULTIPLE)_MATCHING_KEY)/;

/** Only the signed assertion counts: the other `Cf-Access-*` headers are anybody's to send. */
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

/** Compares in a time that depends on neither text: both are hashed to the same length first. */
async function isSame(given: string, wanted: string): Promise<boolean> {
  const hash = (text: string) => crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const [one, other] = await Promise.all([hash(given), hash(wanted)]);
  return crypto.subtle.timingSafeEqual(one, other);
}
