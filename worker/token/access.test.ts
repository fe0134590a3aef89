import { createLocalJWKSet, exportJWK, exportSPKI, generateKeyPair, importJWK, SignJWT } from "jose";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { type AccessKeys, publishedAccessKeys } from "./access-keys.ts";
import { ask, JWT_MODE } from "./testing.ts";

const TEAM_DOMAIN = "acme.cloudflareaccess.com";
const settings = {
  ...JWT_MODE,
  AUTH_GATE: "access",
  ACCESS_TEAM_DOMAIN: TEAM_DOMAIN,
  ACCESS_AUDIENCE: "the-app",
};
const CLAIMS = { email: "ana@acme.example", aud: ["the-app"], iss: `https://${TEAM_DOMAIN}` };

type Key = Awaited<ReturnType<typeof makeKey>>;
async function makeKey(kid: string) {
  const { publicKey, privateKey } = await generateKeyPair("RS256", { extractable: true });
  return { kid, publicKey, privateKey, jwk: { ...(await exportJWK(publicKey)), alg: "RS256", kid } };
}

let team: Key;
let later: Key;
let foreignKey: Key;
let accessKeys: AccessKeys;
beforeAll(async () => {
  [team, later, foreignKey] = (await Promise.all(["team", "later", "stranger"].map(makeKey))) as [
    Key,
    Key,
    Key,
  ];
  accessKeys = () => createLocalJWKSet({ keys: [team.jwk, later.jwk] });
});
afterEach(() => vi.restoreAllMocks());

/** A valid assertion with changed claims; undefined ones are left out. */
function assertion(
  claims: object = {},
  header: object = {},
  key: unknown = team.privateKey,
): Promise<string> {
  const nowS = Math.floor(Date.now() / 1000);
  const times = { iat: nowS - 60, nbf: nowS - 60, exp: nowS + 300 };
  return new SignJWT({ ...CLAIMS, ...times, ...claims })
    .setProtectedHeader({ alg: "RS256", kid: team.kid, ...header })
    .sign(key as CryptoKey);
}

const statusOf = async (headers: Record<string, string>, keys = accessKeys): Promise<number> =>
  (await ask({ settings, headers, around: { accessKeys: keys } })).status;
const statusWith = (text: string, keys = accessKeys): Promise<number> =>
  statusOf({ "Cf-Access-Jwt-Assertion": text }, keys);

const base64Url = (text: string): string =>
  btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** A valid assertion with another header, under the original signature. */
async function relabelled(header: object): Promise<string> {
  const [, payload, signature] = (await assertion()).split(".");
  return [base64Url(JSON.stringify({ alg: "RS256", kid: team.kid, ...header })), payload, signature].join(
    ".",
  );
}

/** Like `relabelled`, without a signature. */
const unsigned = async (alg: string): Promise<string> => (await relabelled({ alg })).replace(/[^.]*$/, "");

/** Signed by someone who has only the team's public key. */
const signedWithSecret = (secret: string): Promise<string> =>
  assertion({}, { alg: "HS256" }, new TextEncoder().encode(secret));

/** Signed with the team's key, but another algorithm than Access uses. */
const signedAs = async (alg: string): Promise<string> =>
  assertion({}, { alg }, await importJWK(await exportJWK(team.privateKey), alg));

const byForeignKey = (header: object): Promise<string> => assertion({}, header, foreignKey.privateKey);

const FORGERIES: Readonly<Record<string, () => Promise<string>>> = {
  "for another application": () => assertion({ aud: ["another-app"] }),
  "for an application whose name begins like it": () => assertion({ aud: ["the-app2"] }),
  "for no application": () => assertion({ aud: undefined }),
  "for an empty name": () => assertion({ aud: "" }),
  "for an empty list": () => assertion({ aud: [] }),
  "for a list in a list": () => assertion({ aud: [["the-app"]] }),
  "of another team": () => assertion({ iss: "https://evil.cloudflareaccess.com" }),
  "of a look-alike": () => assertion({ iss: `https://${TEAM_DOMAIN}.evil.example` }),
  "of the team over http": () => assertion({ iss: `http://${TEAM_DOMAIN}` }),
  "of the team with a slash": () => assertion({ iss: `https://${TEAM_DOMAIN}/` }),
  "of nobody": () => assertion({ iss: undefined }),
  "of a list": () => assertion({ iss: [CLAIMS.iss] }),
  "that has expired": () => assertion({ exp: Math.floor(Date.now() / 1000) - 300 }),
  "that never expires": () => assertion({ exp: undefined }),
  "that expires at a text": () => assertion({ exp: "9999999999" }),
  "that isn't valid yet": () => assertion({ nbf: Math.floor(Date.now() / 1000) + 180 }),
  "that is valid from a text on": () => assertion({ nbf: "0" }),
  "unsigned, none": () => unsigned("none"),
  "unsigned, None": () => unsigned("None"),
  "unsigned, NONE": () => unsigned("NONE"),
  "unsigned, RS256": () => unsigned("RS256"),
  "signed with the public key as a secret": async () => signedWithSecret(await exportSPKI(team.publicKey)),
  "signed with the public key's numbers as a secret": () => signedWithSecret(JSON.stringify(team.jwk)),
  "signed with the key's name as a secret": () => signedWithSecret(team.kid),
  "of the right key, RS384": () => signedAs("RS384"),
  "of the right key, RS512": () => signedAs("RS512"),
  "of the right key, PS256": () => signedAs("PS256"),
  "of a stranger under the team's name": () => byForeignKey({}),
  "of a stranger under its own name": () => byForeignKey({ kid: foreignKey.kid }),
  "of a stranger under no name": () => byForeignKey({ kid: undefined }),
  "of a stranger who brings the key": () => byForeignKey({ kid: foreignKey.kid, jwk: foreignKey.jwk }),
  "of a stranger who says where the key is": () =>
    byForeignKey({ kid: foreignKey.kid, jku: "https://evil.example/certs" }),
  "of a stranger who says where the certificate is": () =>
    byForeignKey({ kid: foreignKey.kid, x5u: "https://evil.example/cert" }),
  "of a stranger under a path": () => byForeignKey({ kid: "../../../dev/null" }),
  "of a stranger under an injection": () => byForeignKey({ kid: "x' UNION SELECT 'key" }),
  "with an extension that must be understood": () => relabelled({ crit: ["new"], new: true }),
  "relabelled with another key": () => relabelled({ kid: "other" }),
  "relabelled with more in its header": () => relabelled({ typ: "JWT", extra: true }),
  "with claims of another": async () => {
    const [header, , signature] = (await assertion()).split(".");
    const [, payload] = (await assertion({ email: "eve@acme.example" })).split(".");
    return [header, payload, signature].join(".");
  },
  "with one letter of its signature changed": async () =>
    (await assertion()).replace(/.(?=.{9}$)/, (letter) => (letter === "A" ? "B" : "A")),
  "with half of its signature": async () => (await assertion()).slice(0, -170),
  "with a signature of zeros": async () => (await assertion()).replace(/[^.]*$/, "A".repeat(342)),
  twice: async () => `${await assertion()}, ${await assertion()}`,
  "behind Bearer": async () => `Bearer ${await assertion()}`,
  "that is no token": async () => "a.b.c.d.e",
};

describe("Access", () => {
  test("admits a valid assertion", async () => {
    expect(await statusWith(await assertion())).toBe(200);
  });

  test("is tested with 45 forgeries", () => {
    expect(Object.keys(FORGERIES)).toHaveLength(45);
  });

  test.each(Object.keys(FORGERIES))("refuses an assertion %s", async (name) => {
    const forged = (await FORGERIES[name]?.()) ?? "";
    expect(forged).not.toBe("");
    expect(await statusWith(forged)).toBe(401);
  });

  test.each(["Cf-Access-Authenticated-User-Email", "Cf-Access-Client-Id", "Authorization", "Cookie"])(
    "takes nothing from %s",
    async (header) => {
      expect(await statusOf({ [header]: "ana@acme.example" })).toBe(401);
      expect(await statusOf({ [header]: `CF_Authorization=${await assertion()}` })).toBe(401);
    },
  );

  test("admits nobody without the team's keys", async () => {
    expect(await statusWith(await assertion(), () => () => Promise.reject(new Error("down")))).toBe(503);
  });
});

test("a team's keys are fetched once for 30 simultaneous requests, and again after a rotation", async () => {
  let published = [team];
  const fetched = vi
    .spyOn(globalThis, "fetch")
    .mockImplementation(async () => Response.json({ keys: published.map(({ jwk }) => jwk) }));
  const by = async ({ kid, privateKey }: Key) =>
    statusWith(await assertion({}, { kid }, privateKey), publishedAccessKeys);
  const statuses = await Promise.all(Array.from({ length: 30 }, () => by(team)));
  expect([new Set(statuses), fetched.mock.calls.length]).toEqual([new Set([200]), 1]);
  // An unknown key id fetches the keys again, but not for each request.
  for (let number = 0; number < 10; number += 1) expect(await by(foreignKey)).toBe(401);
  expect(fetched.mock.calls.length).toBe(1);
  published = [team, later];
  const realNow = performance.timeOrigin + performance.now();
  vi.spyOn(Date, "now").mockReturnValue(realNow + 31_000);
  expect(await by(later)).toBe(200);
  expect(fetched.mock.calls.length).toBe(2);
});
