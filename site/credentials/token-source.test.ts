import { fromPublic } from "@nats-io/nkeys";
import { afterEach, describe, expect, test, vi } from "vitest";
import { tokenSource } from "./token-source.ts";
import { makeUserKey } from "./user-key.ts";

/** Answers every request with one answer, and keeps what was asked. */
function answering(answer: unknown, status = 200): { bodies: unknown[] } {
  const asked: { bodies: unknown[] } = { bodies: [] };
  vi.stubGlobal("fetch", async (_url: string, init: RequestInit) => {
    asked.bodies.push(JSON.parse(String(init.body)));
    return Response.json(answer, { status });
  });
  return asked;
}

const jwtMode = { mode: "jwt", tokenLifetimeMs: 600_000 };
const signal = new AbortController().signal;

afterEach(() => vi.unstubAllGlobals());

describe("the page's own key", () => {
  test("is a user nkey by the official library's judgement, and its signatures hold", async () => {
    const key = await makeUserKey();
    const judge = fromPublic(key.nkey);
    const nonce = new TextEncoder().encode("a nonce");
    expect(key.nkey).toMatch(/^U[A-Z2-7]{55}$/);
    expect(judge.verify(nonce, await key.sign(nonce))).toBe(true);
    expect(judge.verify(new TextEncoder().encode("another"), await key.sign(nonce))).toBe(false);
  });
});

describe("credentials from the worker", () => {
  test("none are fetched where none are needed", () => {
    expect(tokenSource({ mode: "none", tokenLifetimeMs: null })).toBeUndefined();
  });

  test("a JWT comes with its key's signer and inbox, and ends a lifetime after it came", async () => {
    const asked = answering({ jwt: "e.y.J", expiresAt: "2020-01-01T00:00:00Z" });
    const credentials = await tokenSource(jwtMode, () => 1000)?.(signal);
    const [{ nkey }] = asked.bodies as [{ nkey: string }];
    expect(credentials).toMatchObject({
      type: "jwt",
      jwt: "e.y.J",
      inboxPrefix: `_INBOX.${nkey}`,
      expiresAtMs: 601_000,
    });
  });

  test("each dial has a key of its own, and nothing but the public half is sent", async () => {
    const asked = answering({ jwt: "e.y.J" });
    const source = tokenSource(jwtMode);
    await source?.(signal);
    await source?.(signal);
    const keys = asked.bodies.map((body) => Object.entries(body as object));
    expect(keys).toEqual([[["nkey", expect.stringMatching(/^U/)]], [["nkey", expect.stringMatching(/^U/)]]]);
    expect(keys[0]).not.toEqual(keys[1]);
  });

  test("static users and tokens are taken as they come", async () => {
    const fixed = (mode: string) => tokenSource({ mode, tokenLifetimeMs: null });
    answering({ user: "u", pass: "p" });
    expect(await fixed("userpass")?.(signal)).toEqual({ type: "userpass", user: "u", pass: "p" });
    answering({ token: "t" });
    expect(await fixed("token")?.(signal)).toEqual({ type: "token", token: "t" });
  });

  test("a refusal is told in the worker's own words", async () => {
    answering({ detail: "too many requests: wait a minute" }, 429);
    await expect(tokenSource(jwtMode)?.(signal)).rejects.toThrow("too many requests: wait a minute");
    answering(null, 502);
    await expect(tokenSource(jwtMode)?.(signal)).rejects.toThrow(
      "the worker answered 502 without credentials",
    );
    answering({ user: "u" });
    await expect(tokenSource(jwtMode)?.(signal)).rejects.toThrow("holds no credentials");
  });
});
