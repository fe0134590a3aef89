import { describe, expect, inject, test } from "vitest";
import { connectionsTo } from "./observatory/testing.ts";
import { strange } from "./probe/testing.ts";
import { ask } from "./test-app.ts";

const servers = inject("servers");
const { untouched } = servers;

const FACES = ["/readyz?verbose", "/metrics", "/badge", "/api/status", "/api/config", "/livez"] as const;

/** A whole answer: status, headers and body. */
async function whole(response: Response | Promise<Response>): Promise<string> {
  const { status, headers } = await response;
  const lines = [...headers].map(([name, value]) => `${name}: ${value}`);
  return [status, ...lines, await (await response).text()].join("\n");
}

describe("the probe connects only to the configured servers", () => {
  const host = new URL(untouched.url).host;

  test.each([
    [
      "a query",
      `?url=${encodeURIComponent(untouched.url)}&server=${host}&NATS_URL=${host}&verbose=${host}`,
      {},
    ],
    [
      "headers",
      "",
      { Host: host, "X-Forwarded-Host": host, "X-Forwarded-For": host, Forwarded: `host=${host}` },
    ],
  ])("%s can't redirect it, and isn't repeated", async (_name, query, headers) => {
    const before = await connectionsTo(untouched.monitor);
    const attacked = strange("opens and closes");
    for (const face of FACES) {
      const path = face.split("?")[0] + query;
      expect(await whole(ask(path, { NATS_URL: attacked }, { headers }))).not.toContain(host);
    }
    expect(await connectionsTo(untouched.monitor)).toBe(before);
  });

  test("a redirect isn't followed, and its target isn't shown", async () => {
    for (const face of FACES) {
      const answer = await whole(ask(face, { NATS_URL: strange("answers 302") }));
      expect(answer).not.toContain("169.254.169.254");
      expect(answer).not.toContain("meta-data");
    }
  });
});

describe("no answer contains a server's text", () => {
  test.each([
    "greets with an attack in INFO",
    "refuses with HTML in -ERR",
    "refuses with lines in -ERR",
  ] as const)("%s", async (name) => {
    for (const face of FACES) {
      const answer = await whole(ask(face, { NATS_URL: strange(name) }));
      expect(answer).not.toMatch(/<script|SUAHOSTILE|eyJ|forged|203\.0\.113|connect_urls|client_ip|nonce/i);
    }
  });

  test("and no line of metrics is injected", async () => {
    const text = await (await ask("/metrics", { NATS_URL: strange("greets with an attack in INFO") })).text();
    const lines = text.trimEnd().split("\n");
    expect(
      lines.filter((line) => !/^(?:# (?:TYPE|UNIT|HELP) )?probe_[a-z_]+[ {]|^# EOF$/.test(line)),
    ).toEqual([]);
    expect(lines.filter((line) => line === "# EOF")).toHaveLength(1);
  });
});

describe("another origin can't read more in an error", () => {
  test.each([
    ["a wrong configuration", "/api/token", { NATS_URL: "http://wrong" }, 500],
    ["a token request", "/api/token", { NATS_URL: servers.open }, 404],
    ["an unknown route", "/api/nope", { NATS_URL: servers.open }, 404],
  ])("%s", async (_name, path, settings, status) => {
    const response = await ask(path, settings, {
      method: "POST",
      headers: { Origin: "https://evil.example", "Access-Control-Request-Method": "POST" },
    });
    expect([response.status, response.headers.get("Content-Type")]).toEqual([
      status,
      "application/problem+json",
    ]);
    expect([...response.headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
    expect(await response.text()).not.toContain("evil");
  });

  test("a preflight grants no permission", async () => {
    const response = await ask(
      "/api/token",
      { NATS_URL: servers.open },
      {
        method: "OPTIONS",
        headers: { Origin: "https://evil.example", "Access-Control-Request-Method": "POST" },
      },
    );
    expect(response.ok).toBe(false);
    expect([...response.headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
  });
});

describe("caches can't be poisoned", () => {
  test("a cacheable answer is the same for every request", async () => {
    const settings = { NATS_URL: servers.open };
    const plain = await whole(ask("/api/config", settings));
    const attacked = ask("/api/config?x=<script>", settings, {
      headers: {
        Origin: "https://evil.example",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "http",
        "X-Original-URL": "/evil",
        "Accept-Language": "pt-BR",
        Cookie: "a=evil",
      },
    });
    expect(await whole(attacked)).toBe(plain);
  });

  test("a momentary answer may not be cached", async () => {
    for (const path of ["/readyz", "/metrics", "/badge", "/api/status", "/livez"]) {
      const response = await ask(`${path}?${crypto.randomUUID()}`, { NATS_URL: servers.open });
      expect([path, response.headers.get("Cache-Control")]).toEqual([path, "no-store"]);
    }
  });
});
