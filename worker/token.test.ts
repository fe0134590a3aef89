import { createAccount, createUser } from "@nats-io/nkeys";
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { readConfig } from "./config.ts";
import { undescribed } from "./described.ts";
import type { Environment } from "./settings.ts";
import { type AccessKeys, publishedAccessKeys } from "./token/access-keys.ts";
import { networkOf } from "./token/limits.ts";
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

/** Limiters that let pass what `isAllowed` says of a limiter's name, a key and how often it was asked. */
function limiting(isAllowed: (name: string, key: string, count: number) => boolean) {
  const counts = new Map<string, number>();
  const limiter = (name: string): RateLimit => ({
    limit: async ({ key }) => {
      const count = (counts.get(name + key) ?? 0) + 1;
      counts.set(name + key, count);
      return { success: isAllowed(name, key, count) };
    },
  });
  return {
    TOKEN_LIMITER: limiter("token"),
    GUESS_LIMITER: limiter("guess"),
    GUESS_SUM_LIMITER: limiter("sum"),
  };
}

const nobodyAtAccess: AccessKeys = () => () => Promise.reject(new Error("unreachable in tests"));
const surroundings: TokenSurroundings = {
  limiters: limiting(() => true),
  accessKeys: nobodyAtAccess,
  nowMs: NOW_MS,
};

interface Asked {
  readonly settings?: Environment;
  readonly headers?: Readonly<Record<string, string>>;
  /** A header that the page would send, and this request doesn't. */
  readonly without?: string;
  readonly body?: BodyInit;
  readonly around?: Partial<TokenSurroundings>;
}

const GOOD_BODY = JSON.stringify({ nkey: createUser().getPublicKey() });

async function ask(asked: Asked = {}) {
  const { settings = JWT_MODE, headers = {}, without, body = GOOD_BODY, around = {} } = asked;
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
    ["9 MB", "x".repeat(9_000_000), 413],
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
  const refusing: RateLimit = { limit: async () => ({ success: false }) };
  const failing: RateLimit = { limit: () => Promise.reject(new Error("down")) };

  test.each([
    ["the limit is reached", refusing, 429],
    ["the limiter throws", failing, 503],
    ["there is no limiter", undefined, 503],
  ])("%s", async (_name, limiter, status) => {
    const limiters = limiter === undefined ? {} : { TOKEN_LIMITER: limiter };
    const answer = await ask({ around: { limiters } });
    expect(answer.status).toBe(status);
    expect(answer.headers.get("Retry-After")).toBe(status === 429 ? "60" : null);
  });

  test("an office behind one address works: the limits of wrangler.toml let 50 at once in, and two a second", async () => {
    const [limit, period] = [120, 60];
    const limiters = limiting((name, _key, count) => name !== "token" || count <= limit);
    const statuses = await Promise.all(
      Array.from({ length: 50 }, async () => (await ask({ around: { limiters } })).status),
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(limit / period).toBeGreaterThanOrEqual(2);
  });
});

describe("wrong passphrases", () => {
  const settings = { ...JWT_MODE, AUTH_GATE: "passphrase", PASSPHRASE };
  const right = { Authorization: `Bearer ${PASSPHRASE}` };
  const from = (address: string, proof: Record<string, string>) => ({
    "CF-Connecting-IP": address,
    ...proof,
  });
  const wrong = (number: number) => ({ Authorization: `Bearer wrong horse ${number}` });
  const guessing = () =>
    limiting((name, _key, count) => count <= (name === "guess" ? 10 : name === "sum" ? 30 : 999));
  let nowMs = NOW_MS;
  // Each test in a minute of its own: what was blocked in another isn't any more.
  beforeEach(() => {
    nowMs += 3_600_000;
  });

  test("from one network are limited, whatever address of it they come from", async () => {
    const around = { limiters: guessing(), nowMs };
    const statuses = [];
    for (let number = 1; number <= 20; number += 1) {
      const headers = from(`2001:db8:0:1::${number}`, wrong(number));
      statuses.push((await ask({ settings, headers, around })).status);
    }
    expect(statuses).toEqual([...Array(10).fill(401), ...Array(10).fill(429)]);
    // From then on the right one isn't looked at either, or a guess would be answered after all.
    expect((await ask({ settings, headers: from("2001:db8:0:1:a::1", right), around })).status).toBe(429);
    expect((await ask({ settings, headers: from("2001:db8:0:2::1", right), around })).status).toBe(200);
    const later = { ...around, nowMs: nowMs + 61_000 };
    expect((await ask({ settings, headers: from("2001:db8:0:1::1", right), around: later })).status).toBe(
      200,
    );
  });

  test("are limited in sum, from however many networks they come", async () => {
    const around = { limiters: guessing(), nowMs };
    const statuses = [];
    for (let number = 1; number <= 40; number += 1) {
      const headers = from(`2001:db8:${number}::1`, wrong(number));
      statuses.push((await ask({ settings, headers, around })).status);
    }
    expect(statuses).toEqual([...Array(30).fill(401), ...Array(10).fill(429)]);
    // Those who know it are kept out no longer than it takes.
    const later = { ...around, nowMs: nowMs + 11_000 };
    expect((await ask({ settings, headers: from("2001:db8:99::1", right), around: later })).status).toBe(200);
  });

  test("right ones are never counted", async () => {
    const around = { limiters: guessing(), nowMs };
    for (let number = 1; number <= 40; number += 1) {
      expect((await ask({ settings, headers: from("203.0.113.9", right), around })).status).toBe(200);
    }
  });

  test.each(["bearer", "BEARER", "Bearer "])(
    "are told from right ones in any spelling of %s",
    async (scheme) => {
      const around = { limiters: guessing(), nowMs };
      const headers = from("203.0.113.10", { Authorization: `${scheme} ${PASSPHRASE}` });
      expect((await ask({ settings, headers, around })).status).toBe(200);
    },
  );
});

test.each([
  ["203.0.113.9", "203.0.113.9"],
  ["::ffff:203.0.113.9", "203.0.113.9"],
  ["2001:db8:0:1::1", "2001:db8:0:1"],
  ["2001:0db8:0000:0001:ffff::1", "2001:db8:0:1"],
  ["2001:DB8:0:1:a:b:c:d", "2001:db8:0:1"],
  ["2001:db8::1", "2001:db8:0:0"],
  ["::1", "0:0:0:0"],
  ["fe80::1%eth0", "fe80:0:0:0"],
])("%s is of the network %s", (address, network) => {
  expect(networkOf(new Request(ORIGIN, { headers: { "CF-Connecting-IP": address } }))).toBe(network);
});

describe("behind a proxy", () => {
  const behind = { Origin: "https://public.example" };

  test("PUBLIC_URL names the page's origin", async () => {
    const settings = { ...JWT_MODE, PUBLIC_URL: "https://public.example" };
    expect((await ask({ settings, headers: behind })).status).toBe(200);
    expect((await ask({ settings })).status).toBe(403);
  });

  test("without it the refusal names the proxy", async () => {
    const { status, body } = await ask({ headers: behind });
    expect([status, body.detail]).toEqual([
      403,
      expect.stringMatching(/proxy before the worker.*PUBLIC_URL/),
    ]);
  });
});

describe("the team's own keys", () => {
  const teamDomain = "keys.cloudflareaccess.com";
  const accessMode = {
    ...JWT_MODE,
    AUTH_GATE: "access",
    ACCESS_TEAM_DOMAIN: teamDomain,
    ACCESS_AUDIENCE: "the-app",
  };
  const pair = (kid: string) => generateKeyPair("RS256").then((keys) => ({ ...keys, kid }));
  const sign = ({ privateKey, kid }: Awaited<ReturnType<typeof pair>>) =>
    new SignJWT({})
      .setProtectedHeader({ alg: "RS256", kid })
      .setAudience("the-app")
      .setIssuer(`https://${teamDomain}`)
      .setExpirationTime("5m")
      .sign(privateKey);
  afterEach(() => vi.restoreAllMocks());

  test("are fetched once for 30 requests at once, and again when the team has changed them", {
    timeout: 60_000,
  }, async () => {
    const [old, later, stranger] = await Promise.all([pair("old"), pair("later"), pair("stranger")]);
    let published = [old];
    const fetched = vi.spyOn(globalThis, "fetch").mockImplementation(async () => {
      const keys = published.map(async ({ publicKey, kid }) => ({
        ...(await exportJWK(publicKey)),
        alg: "RS256",
        kid,
      }));
      return Response.json({ keys: await Promise.all(keys) });
    });
    const clock = vi.spyOn(Date, "now");
    const askWith = async (key: typeof old) => {
      const headers = { "Cf-Access-Jwt-Assertion": await sign(key) };
      return (await ask({ settings: accessMode, headers, around: { accessKeys: publishedAccessKeys } }))
        .status;
    };
    const statuses = await Promise.all(Array.from({ length: 30 }, () => askWith(old)));
    expect([new Set(statuses), fetched.mock.calls.length]).toEqual([new Set([200]), 1]);
    // An unknown key is looked for again, but not as often as somebody likes.
    for (let number = 0; number < 10; number += 1) expect(await askWith(stranger)).toBe(401);
    expect(fetched.mock.calls.length).toBe(1);
    published = [old, later];
    const realNow = performance.timeOrigin + performance.now();
    clock.mockReturnValue(realNow + 31_000);
    expect(await askWith(later)).toBe(200);
    expect(fetched.mock.calls.length).toBe(2);
  });
});
