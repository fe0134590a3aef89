import { createAccount, createUser } from "@nats-io/nkeys";
import { describe, expect, test } from "vitest";
import { leaksIn, leaksInAnswer } from "../../worker/leaks.ts";

const seed = new TextDecoder().decode(createAccount().getSeed());
const OURS = { "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'" };

describe("the leak scanner for responses and logs", () => {
  test.each([
    [seed, "a seed"],
    [`{"jwt":"eyJ0eXAiOiJKV1QifQ.e30.x"}`, "a token"],
    ['{"client_ip":"10.0.0.1"}', "INFO's network details"],
    ["said -ERR 'Authorization Violation'", "a server's own words"],
    ["Error: x\n    at probe (file:///worker/probe.ts:1:2)", "a stack trace"],
    ["Bearer correct horse battery", "the tests' passphrases"],
  ])("finds %s", (text, name) => {
    expect(leaksIn(text)).toEqual([name]);
  });

  test("accepts the worker's own texts and public keys", () => {
    expect(leaksIn(`{"status":"pass","nkey":"${createUser().getPublicKey()}"}`)).toEqual([]);
  });

  test("scans the worker's answers with their headers, and no other answers", async () => {
    const leaking = (headers: object) => new Response(seed, { headers: { ...headers } });
    expect(await leaksInAnswer("GET", leaking(OURS))).toHaveLength(1);
    expect(await leaksInAnswer("GET", leaking({}))).toEqual([]);
    expect(
      await leaksInAnswer("GET", new Response("", { headers: { ...OURS, "X-Leak": seed } })),
    ).toHaveLength(1);
    // Only the answer to a token request may contain a token.
    expect(await leaksInAnswer("POST", leaking(OURS))).toEqual([]);
    expect(await leaksInAnswer("POST", new Response(seed, { status: 401, headers: OURS }))).toHaveLength(1);
  });
});
