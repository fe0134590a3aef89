import { createAccount, createUser } from "@nats-io/nkeys";
import { describe, expect, test, vi } from "vitest";
import { ask, JWT_MODE, ORIGIN, PASSPHRASE, SEED } from "./token/testing.ts";

describe("POST /api/token hands out", () => {
  test("a token for the sent key, and when it expires", async () => {
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

  test("nothing if AUTH_MODE is none", async () => {
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
    ["a key and more", JSON.stringify({ nkey: `${key}AAAAAAAA` }), 400],
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

describe("only the worker's own page gets a token", () => {
  test("no request without Origin does", async () => {
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
  ])("no request with %j does", async (headers) => {
    const { status, headers: answered } = await ask({ headers });
    expect(status).toBe(403);
    expect(answered.get("Access-Control-Allow-Origin")).toBeNull();
  });

  test("an incomplete body is answered with what to send", async () => {
    const broken = new ReadableStream({ start: (controller) => controller.error(new Error("cut")) });
    expect((await ask({ body: broken })).status).toBe(400);
    vi.useFakeTimers();
    const silent = ask({ body: new ReadableStream() });
    await vi.waitUntil(() => vi.getTimerCount() > 0, 30_000);
    await vi.advanceTimersByTimeAsync(3000);
    vi.useRealTimers();
    expect((await silent).status).toBe(400);
  });

  test("a request with Expect: 100-continue is answered at once", async () => {
    let isAsked = false;
    const pull = (): void => {
      isAsked = true;
    };
    const body = new ReadableStream({ pull }, { highWaterMark: 0 });
    const headers = { Origin: "https://evil.example", Expect: "100-continue" };
    expect((await ask({ headers, body })).status).toBe(403);
    expect(isAsked).toBe(false);
  });
});

describe("behind a proxy", () => {
  const behind = { Origin: "https://public.example" };

  test("PUBLIC_URL is the page's origin", async () => {
    const settings = { ...JWT_MODE, PUBLIC_URL: "https://public.example" };
    expect((await ask({ settings, headers: behind })).status).toBe(200);
    expect((await ask({ settings })).status).toBe(403);
  });

  test("the refusal mentions the proxy if PUBLIC_URL isn't set", async () => {
    const { status, body } = await ask({ headers: behind });
    expect([status, body.detail]).toEqual([
      403,
      expect.stringMatching(/proxy in front of the worker changes the address, set PUBLIC_URL/),
    ]);
  });
});
