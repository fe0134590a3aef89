import { fromPublic } from "@nats-io/nkeys";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { PageAuth } from "../../contract/page-config.ts";
import { type ProblemName, problemOf } from "../../contract/problem.ts";
import { credentialsFor } from "./credentials.ts";
import { Passphrase } from "./passphrase.ts";
import { tokenSource as sourceWith } from "./token-source.ts";
import { makeUserKey } from "./user-key.ts";

interface Asked {
  readonly bodies: unknown[];
  readonly proofs: (string | null)[];
}

/** Answers every request with the same answer, and records the requests. */
function answering(answer: unknown, status = 200): Asked {
  const asked: Asked = { bodies: [], proofs: [] };
  vi.stubGlobal("fetch", async (_url: string, init: RequestInit) => {
    asked.bodies.push(JSON.parse(String(init.body)));
    asked.proofs.push(new Headers(init.headers).get("Authorization"));
    return Response.json(answer, { status });
  });
  return asked;
}

const problem = (name: ProblemName, title: string, detail: string) => ({ ...problemOf(name, detail), title });
const EXPIRES = "2020-01-01T00:00:00Z";
const tokenSource = (auth: Partial<PageAuth>) =>
  sourceWith({ mode: "jwt", gate: "public", tokenLifetimeMs: null, ...auth }, new Passphrase());
const jwtMode = { mode: "jwt", tokenLifetimeMs: 600_000 } as const;
const signal = new AbortController().signal;

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("the page's own key", () => {
  test("is a valid user nkey for the official library, which also verifies its signatures", async () => {
    const key = await makeUserKey();
    const judge = fromPublic(key.nkey);
    const nonce = new TextEncoder().encode("a nonce");
    expect(key.nkey).toMatch(/^U[A-Z2-7]{55}$/);
    expect(judge.verify(nonce, await key.sign(nonce))).toBe(true);
    expect(judge.verify(new TextEncoder().encode("another"), await key.sign(nonce))).toBe(false);
  });
});

describe("a browser without cryptography", () => {
  test.each([
    ["no-crypto", {}],
    ["no-ed25519", { subtle: { generateKey: () => Promise.reject(new Error("Unrecognized name.")) } }],
  ])("can use a password or a token, and fails for a JWT with %s", async (explanation, more) => {
    const getRandomValues = crypto.getRandomValues.bind(crypto);
    vi.stubGlobal("crypto", { getRandomValues, ...more });
    const asked = answering({ user: "u", pass: "p" });
    expect(await tokenSource({ mode: "userpass" })(signal)).toEqual({
      type: "userpass",
      user: "u",
      pass: "p",
    });
    expect((asked.bodies[0] as { nkey: string }).nkey).toMatch(/^U[A-Z2-7]{55}$/);
    answering({ token: "t" });
    expect(await tokenSource({ mode: "token" })(signal)).toEqual({ type: "token", token: "t" });
    await expect(tokenSource(jwtMode)(signal)).rejects.toMatchObject({
      fault: { kind: "token-source", explanation },
    });
  });
});

describe("credentials from the worker", () => {
  test("aren't fetched when none are needed, and else are those of the worker's answer", async () => {
    const open = { mode: "none", gate: null, tokenLifetimeMs: null } as const;
    expect(credentialsFor(open, new Passphrase())).toBeUndefined();
    answering({ token: "t" });
    const source = credentialsFor({ ...open, mode: "token", gate: "public" }, new Passphrase());
    expect(await source?.(signal)).toEqual({ type: "token", token: "t" });
  });

  test("a JWT comes with its key's signer and inbox, and expires one lifetime after it arrived", async () => {
    vi.spyOn(Date, "now").mockReturnValue(1000);
    const asked = answering({ jwt: "e.y.J", expiresAt: EXPIRES });
    const credentials = await tokenSource(jwtMode)(signal);
    const [{ nkey }] = asked.bodies as [{ nkey: string }];
    expect(credentials).toMatchObject({
      type: "jwt",
      jwt: "e.y.J",
      inboxPrefix: `_INBOX.${nkey}`,
      expiresAtMs: 601_000,
    });
  });

  test("each dial makes a new key, and only the public half is sent", async () => {
    const asked = answering({ jwt: "e.y.J", expiresAt: EXPIRES });
    const source = tokenSource(jwtMode);
    await source(signal);
    await source(signal);
    const keys = asked.bodies.map((body) => Object.entries(body as object));
    expect(keys).toEqual([[["nkey", expect.stringMatching(/^U/)]], [["nkey", expect.stringMatching(/^U/)]]]);
    expect(keys[0]).not.toEqual(keys[1]);
  });

  test("static users and tokens are used unchanged", async () => {
    const fixed = (mode: PageAuth["mode"]) => tokenSource({ mode });
    answering({ user: "u", pass: "p" });
    expect(await fixed("userpass")(signal)).toEqual({ type: "userpass", user: "u", pass: "p" });
    answering({ token: "t" });
    expect(await fixed("token")(signal)).toEqual({ type: "token", token: "t" });
  });

  test("a refusal has the worker's words as evidence, and says who can fix it", async () => {
    answering(problem("unavailable", "Not there", "the rate limiter doesn't answer"), 503);
    await expect(tokenSource(jwtMode)(signal)).rejects.toMatchObject({
      fault: {
        kind: "token-source",
        explanation: "token-source",
        retryable: true,
        evidence: { httpStatus: 503, detail: "Not there: the rate limiter doesn't answer" },
      },
    });
    answering(problem("rate-limited", "Too many requests", "wait a minute"), 429);
    await expect(tokenSource(jwtMode)(signal)).rejects.toMatchObject({
      fault: { kind: "token-source", explanation: "token-limited", retryable: true },
    });
    answering(problem("foreign-origin", "Asked from elsewhere", "a proxy changes the address"), 403);
    await expect(tokenSource(jwtMode)(signal)).rejects.toMatchObject({
      fault: {
        kind: "token-source",
        explanation: "unnamed-proxy",
        retryable: true,
        evidence: { httpStatus: 403, detail: "Asked from elsewhere: a proxy changes the address" },
      },
    });
    answering(null, 502);
    await expect(tokenSource(jwtMode)(signal)).rejects.toThrow("POST /api/token: 502");
    answering({ user: "u" });
    await expect(tokenSource(jwtMode)(signal)).rejects.toThrow("contains no credentials");
  });
});

const notAdmitted = problem("not-admitted", "Credentials are for others", "the proof is wrong");

describe("behind a passphrase", () => {
  const gated = { mode: "jwt", gate: "passphrase", tokenLifetimeMs: 600_000 } as const;

  test("no request is sent before there is a passphrase; then every request carries it", async () => {
    const asked = answering({ jwt: "e.y.J", expiresAt: EXPIRES });
    const passphrase = new Passphrase();
    const source = sourceWith(gated, passphrase);
    await expect(source(signal)).rejects.toMatchObject({
      fault: { explanation: "passphrase-needed", retryable: false },
    });
    expect([passphrase.asking.value, asked.bodies]).toEqual(["passphrase", []]);

    passphrase.give(" correct horse battery\n");
    expect(passphrase.asking.value).toBe("patience");
    await source(signal);
    await source(signal);
    expect(asked.proofs).toEqual(["Bearer correct horse battery", "Bearer correct horse battery"]);
    expect(passphrase.asking.value).toBe("nothing");
  });

  test("a wrong passphrase is forgotten and asked for again", async () => {
    const asked = answering(notAdmitted, 401);
    const passphrase = new Passphrase();
    const source = sourceWith(gated, passphrase);
    passphrase.give("wrong horse battery");
    await expect(source(signal)).rejects.toMatchObject({
      fault: {
        explanation: "passphrase-wrong",
        retryable: false,
        evidence: { httpStatus: 401, detail: "Credentials are for others: the proof is wrong" },
      },
    });
    expect(passphrase.asking.value).toBe("again");
    await expect(source(signal)).rejects.toMatchObject({ fault: { explanation: "passphrase-needed" } });
    expect(asked.proofs).toEqual(["Bearer wrong horse battery"]);
  });

  test("a passphrase that no header can carry is wrong without being sent", async () => {
    const asked = answering(notAdmitted, 401);
    const passphrase = new Passphrase();
    passphrase.give("corrécto cavalo — bateria");
    await expect(sourceWith(gated, passphrase)(signal)).rejects.toMatchObject({
      fault: { explanation: "passphrase-wrong" },
    });
    expect(asked.bodies).toEqual([]);
    expect(passphrase.asking.value).toBe("again");
  });

  test("the passphrase is kept while something else is wrong", async () => {
    const passphrase = new Passphrase();
    const source = sourceWith(gated, passphrase);
    passphrase.give("correct horse battery");
    answering(problem("rate-limited", "Too many requests", "wait a minute"), 429);
    await expect(source(signal)).rejects.toThrow("wait a minute");
    expect(passphrase.asking.value).toBe("nothing");
    const asked = answering({ jwt: "e.y.J", expiresAt: EXPIRES });
    await source(signal);
    expect(asked.proofs).toEqual(["Bearer correct horse battery"]);
  });
});

describe("behind Cloudflare Access", () => {
  const gated = { gate: "access" } as const;
  const ended = { fault: { kind: "token-source", explanation: "access-ended", retryable: false } };

  test("an expired session is reported as such, whether Access or the worker notices", async () => {
    answering(notAdmitted, 401);
    await expect(tokenSource(gated)(signal)).rejects.toMatchObject(ended);
    answering("Access's own words", 401);
    await expect(tokenSource(gated)(signal)).rejects.toMatchObject(ended);
  });

  test("the redirect to Access's sign-in page isn't followed", async () => {
    const toSignIn = { type: "opaqueredirect", status: 0, ok: false };
    const fetched = vi.fn(async (_url: string, _init: RequestInit) => toSignIn);
    vi.stubGlobal("fetch", fetched);
    await expect(tokenSource(gated)(signal)).rejects.toMatchObject(ended);
    expect(fetched.mock.calls[0]?.[1].redirect).toBe("manual");
  });
});
