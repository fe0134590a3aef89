import { describe, expect, test } from "vitest";
import { type Resolver, resolveHost } from "./dns.ts";
import { targetOf } from "./target.ts";

/** Enough time for an immediate answer, in milliseconds. */
const LIMIT_MS = 20;

type Answer = readonly string[] | string | "silence";

/** A resolver that answers with addresses, or with one of Node's error codes. */
function resolver(v4: Answer, v6: Answer = v4): Resolver & { readonly asked: string[] } {
  const asked: string[] = [];
  const give = (answer: Answer) => (hostname: string) => {
    asked.push(hostname);
    if (answer === "silence") return new Promise<never>(() => {});
    return typeof answer === "string"
      ? Promise.reject(Object.assign(new Error(), { code: answer }))
      : Promise.resolve(answer);
  };
  return { asked, resolve4: give(v4), resolve6: give(v6) };
}

describe("the DNS lookup", () => {
  test.each([
    ["an address", resolver(["192.0.2.1"]), "found"],
    ["only an IPv6 one", resolver("ENODATA", ["2001:db8::1"]), "found"],
    ["no such name", resolver("ENOTFOUND"), "not-found"],
    ["a name without addresses", resolver([], "ENODATA"), "not-found"],
    ["a resolver that fails", resolver("ESERVFAIL"), "unknown"],
    ["one half of it fails", resolver("ENOTFOUND", "ESERVFAIL"), "unknown"],
    ["a resolver that is silent", resolver("silence"), "unknown"],
  ])("%s", async (_name, answering, evidence) => {
    expect(await resolveHost(targetOf("wss://nats.example"), answering, LIMIT_MS)).toBe(evidence);
    expect(answering.asked).toEqual(["nats.example", "nats.example"]);
  });

  test.each([
    "ws://127.0.0.1",
    "ws://[::1]:9222",
    "ws://localhost",
    "ws://nats",
    "ws://a.localhost",
    "wss://nats.corp.internal",
    "ws://printer.local",
  ])("sends no query for %s", async (server) => {
    const answering = resolver("ENOTFOUND");
    expect(await resolveHost(targetOf(server), answering, LIMIT_MS)).toBe("unknown");
    expect(answering.asked).toEqual([]);
  });
});
