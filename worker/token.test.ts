import { createAccount, createUser } from "@nats-io/nkeys";
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import { readConfig } from "./config.ts";
import { undescribed } from "./described.ts";
import type { Settings } from "./settings.ts";
import type { AccessKeys } from "./token/gate.ts";
import { answerTokenRequest, type TokenSurroundings } from "./token.ts";

const ORIGIN = "https://mycelium.example";
const SEED = new TextDecoder().decode(createAccount().getSeed());
const JWT_MODE = {
  NATS_URL: "wss://nats.example",
  AUTH_MODE: "jwt",
  NATS_SIGNING_KEY: SEED,
  NATS_ACCOUNT: createAccount().getPublicKey(),
} as const;
const PASSPHRASE = "correct horse battery";
const NOW_MS = Date.UTC(2026, 10, 24, 12);

const nobodyAtAccess: AccessKeys = () => () => Promise.reject(new Error("unreachable in tests"));
const surroundings: TokenSurroundings = {
  limiter: { limit: async () => ({ success: true }) },
  accessKeys: nobodyAtAccess,
  nowMs: NOW_MS,
};

interface Asked {
  readonly settings?: Settings;
  readonly headers?: Readonly<Record<string, string>>;
  /** A header that the page would send, and this request doesn't. */
  readonly without?: string;
  readonly body?: BodyInit;
  readonly around?: Partial<TokenSurroundings>;
}

const goodBody = (): string => JSON.stringify({ nkey: createUser().getPublicKey() });

async function ask(asked: Asked = {}) {
  const { settings = JWT_MODE, headers = {}, without, body = goodBody(), around = {} } = asked;
  const result = readConfig(settings);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const request = new Request(`${ORIGIN}/api/token`, {
    method: "POST",
    headers: {
      Origin: ORIGIN,
      "Sec-Fetch-Site": "same-origin",
      "Content-Type": "application/json",
      ...headers,
    },
    body,
  });
  if (without !== undefined) request.headers.delete(without);
  const response = await answerTokenRequest(request, result.config, { ...surroundings, ...around });
  const text = await response.text();
  // Whatever is answered, no secret is in it.
  expect(text).not.toContain(SEED);
  expect(text).not.toMatch(/S[AU][A-Z2-7]{56}/);
  if (response.status !== 200) expect(text).not.toContain("eyJ");
  expect(response.headers.get("Cache-Control")).toBe("no-store");
  expect(undescribed("post", "/api/token", response, text)).toEqual([]);
  return {
    status: response.status,
    headers: response.headers,
    body: JSON.parse(text) as Record<string, unknown>,
  };
}

describe("POST /api/token hands out", () => {
  test("a token for the asker's own key, and when it ends", async () => {
    const { status, body } = await ask();
    expect(status).toBe(200);
    expect(body).toEqual({ jwt: expect.stringMatching(/^eyJ/), expiresAt: "2026-11-24T12:10:00.000Z" });
  });

  test.each([
    [
      { AUTH_MODE: "userpass", NATS_USER: "u", NATS_PASSWORD: "p" },
      { user: "u", pass: "p" },
    ],
    [{ AUTH_MODE: "token", NATS_TOKEN: "t" }, { token: "t" }],
  ])("%j behind a gate", async (mode, credentials) => {
    const settings = { NATS_URL: "wss://a", AUTH_GATE: "passphrase", PASSPHRASE, ...mode };
    const { body } = await ask({ settings, headers: { Authorization: `Bearer ${PASSPHRASE}` } });
    expect(body).toEqual(credentials);
    expect((await ask({ settings })).status).toBe(401);
  });

  test("nothing where NATS is open", async () => {
    expect((await ask({ settings: { NATS_URL: "wss://a" } })).status).toBe(404);
  });
});

describe("a body that isn't one public user key is refused", () => {
  const user = createUser();
  const key = user.getPublicKey();
  const seed = new TextDecoder().decode(user.getSeed());
  const lastChanged = key.slice(0, -1) + (key.endsWith("A") ? "B" : "A");

  test.each([
    ["no JSON", "nkey", 400],
    ["empty", "", 400],
    ["null", "null", 400],
    ["a list", "[]", 400],
    ["no key", "{}", 400],
    ["a number", '{"nkey":7}', 400],
    ["an account's key", JSON.stringify({ nkey: createAccount().getPublicKey() }), 400],
    ["an account's seed", JSON.stringify({ nkey: SEED }), 400],
    ["a user's seed", JSON.stringify({ nkey: seed }), 400],
    ["a wrong checksum", JSON.stringify({ nkey: lastChanged }), 400],
    ["small letters", JSON.stringify({ nkey: key.toLowerCase() }), 400],
    ["a key and a blank", JSON.stringify({ nkey: `${key} ` }), 400],
    ["an unknown field", JSON.stringify({ nkey: key, permissions: { pub: ">" } }), 400],
    ["1 MB", JSON.stringify({ nkey: key, pad: "x".repeat(1_000_000) }), 413],
  ])("%s", async (_name, body, status) => {
    const answer = await ask({ body });
    expect(answer.status).toBe(status);
    expect(answer.headers.get("Content-Type")).toBe("application/problem+json");
    expect(JSON.stringify(answer.body)).not.toContain(key);
  });
});

describe("only the worker's own page may ask", () => {
  test("not whoever sends no Origin", async () => {
    expect((await ask({ without: "Origin" })).status).toBe(403);
  });

  test.each([
    [{ Origin: "https://evil.example" }],
    [{ Origin: "null" }],
    [{ Origin: "" }],
    [{ Origin: "https://mycelium.example.evil.example" }],
    [{ Origin: "http://mycelium.example" }],
    [{ Origin: "https://mycelium.example:8443" }],
    [{ Origin: ORIGIN, "Sec-Fetch-Site": "cross-site" }],
    [{ Origin: ORIGIN, "Sec-Fetch-Site": "same-site" }],
    [{ Origin: "https://evil.example", Host: "evil.example", "X-Forwarded-Host": "evil.example" }],
  ])("not %j", async (headers) => {
    const { status, headers: answered } = await ask({ headers });
    expect(status).toBe(403);
    expect(answered.get("Access-Control-Allow-Origin")).toBeNull();
  });
});

describe("the gate", () => {
  const passphraseMode = { ...JWT_MODE, AUTH_GATE: "passphrase", PASSPHRASE };

  test.each([
    undefined,
    "Bearer ",
    "Bearer correct",
    `Bearer ${PASSPHRASE} `.replace(/ $/, "!"),
    `Basic ${PASSPHRASE}`,
  ])("a passphrase isn't %s", async (authorization) => {
    const headers: Record<string, string> =
      authorization === undefined ? {} : { Authorization: authorization };
    const answer = await ask({ settings: passphraseMode, headers });
    expect([answer.status, answer.headers.get("WWW-Authenticate")]).toEqual([401, "Bearer"]);
  });

  const accessMode = {
    ...JWT_MODE,
    AUTH_GATE: "access",
    ACCESS_TEAM_DOMAIN: "acme.cloudflareaccess.com",
    ACCESS_AUDIENCE: "the-app",
  };

  async function accessTeam() {
    const { publicKey, privateKey } = await generateKeyPair("RS256");
    const jwk = { ...(await exportJWK(publicKey)), alg: "RS256", kid: "k" };
    const accessKeys: AccessKeys = () => createLocalJWKSet({ keys: [jwk] });
    const assertion = (change: { aud?: string; iss?: string; exp?: string; nbf?: string } = {}) =>
      new SignJWT({ email: "ana@acme.example" })
        .setProtectedHeader({ alg: "RS256", kid: "k" })
        .setAudience(change.aud ?? "the-app")
        .setIssuer(change.iss ?? "https://acme.cloudflareaccess.com")
        .setExpirationTime(change.exp ?? "5m")
        .setNotBefore(change.nbf ?? "-1m")
        .sign(privateKey);
    return { accessKeys, assertion };
  }

  test("Access lets its own in", async () => {
    const { accessKeys, assertion } = await accessTeam();
    const headers = { "Cf-Access-Jwt-Assertion": await assertion() };
    expect((await ask({ settings: accessMode, headers, around: { accessKeys } })).status).toBe(200);
  });

  test.each([
    { aud: "another-app" },
    { iss: "https://evil.cloudflareaccess.com" },
    { exp: "-5m" },
    { nbf: "3m" },
  ])("Access refuses %j", async (change) => {
    const { accessKeys, assertion } = await accessTeam();
    const headers = { "Cf-Access-Jwt-Assertion": await assertion(change) };
    expect((await ask({ settings: accessMode, headers, around: { accessKeys } })).status).toBe(401);
  });

  test("another team's signature, unsigned claims and bare headers are nothing", async () => {
    const { accessKeys } = await accessTeam();
    const { assertion } = await accessTeam();
    const unsigned = `${btoa('{"alg":"none"}')}.${btoa('{"aud":"the-app"}')}.`;
    for (const headers of [
      { "Cf-Access-Jwt-Assertion": await assertion() },
      { "Cf-Access-Jwt-Assertion": unsigned },
      { "Cf-Access-Authenticated-User-Email": "ana@acme.example" },
    ] as Record<string, string>[]) {
      expect((await ask({ settings: accessMode, headers, around: { accessKeys } })).status).toBe(401);
    }
  });

  test("without the team's keys nobody gets in", async () => {
    const { assertion } = await accessTeam();
    const headers = { "Cf-Access-Jwt-Assertion": await assertion() };
    expect((await ask({ settings: accessMode, headers })).status).toBe(503);
  });
});

describe("floods and failures close the door", () => {
  test.each([
    ["the limit is reached", { limit: async () => ({ success: false }) }, 429],
    ["the limiter throws", { limit: () => Promise.reject(new Error("down")) }, 503],
    ["there is no limiter", undefined, 503],
  ])("%s", async (_name, limiter, status) => {
    expect((await ask({ around: { limiter } })).status).toBe(status);
  });

  test("a passphrase can't be guessed faster than the limit", async () => {
    let asked = 0;
    const limiter = { limit: async () => ({ success: asked++ < 1 }) };
    const settings = { ...JWT_MODE, AUTH_GATE: "passphrase", PASSPHRASE };
    expect((await ask({ settings, around: { limiter } })).status).toBe(401);
    const headers = { Authorization: `Bearer ${PASSPHRASE}` };
    expect((await ask({ settings, headers, around: { limiter } })).status).toBe(429);
  });
});
