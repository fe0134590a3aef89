import { describe, expect, inject, test } from "vitest";
import type { Environment } from "./settings.ts";
import { ask } from "./test-app.ts";

const servers = inject("servers");

describe("security headers", () => {
  test.each(["/", "/api/config", "/api/nope", "/livez", "/metrics"])(
    "are in the answer of %s",
    async (path) => {
      const { headers } = await ask(path, { NATS_URL: "http://wrong" });
      expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
      expect(headers.get("Content-Security-Policy")).toContain("default-src 'none'");
    },
  );

  test("the page may connect to its own origin, the servers and the simulator only", async () => {
    const settings = {
      NATS_URL: "wss://a.example/nats,ws://127.0.0.1:9222",
      DEMO_CONTROL_URL: "http://127.0.0.1:7777",
    };
    const policy = (await ask("/", settings)).headers.get("Content-Security-Policy");
    expect(policy).toContain(
      "connect-src 'self' wss://a.example ws://127.0.0.1:9222 http://127.0.0.1:7777; base-uri 'none'",
    );
    expect(policy).not.toContain("unsafe");
    // The page creates blob: URLs for images in messages; scripts never have such URLs.
    expect(policy).toContain("script-src 'self'; style-src 'self'; img-src 'self' data: blob:;");
  });

  test("only the origins in EMBED_ORIGINS may embed the page", async () => {
    const policyOf = async (settings: Environment) =>
      (await ask("/", { NATS_URL: "wss://a", ...settings })).headers.get("Content-Security-Policy");
    expect(await policyOf({})).toMatch(/; frame-ancestors 'none'$/);
    const EMBED_ORIGINS = "https://intranet.example.com, https://*.example.org";
    expect(await policyOf({ EMBED_ORIGINS })).toMatch(
      /; frame-ancestors https:\/\/intranet\.example\.com https:\/\/\*\.example\.org$/,
    );
  });
});

describe("other origins", () => {
  const settings = { NATS_URL: servers.open };
  const headers = { Origin: "https://board.example" };

  test.each(["/badge", "/api/status", "/livez", "/healthz", "/readyz", "/readyz?verbose"])(
    "may read %s",
    async (path) => {
      for (const given of [settings, { NATS_URL: "http://wrong" }]) {
        const response = await ask(path, given, { headers });
        expect(response.headers.get("Access-Control-Allow-Origin")).toBe("*");
        expect(response.headers.get("Access-Control-Allow-Credentials")).toBeNull();
      }
    },
  );

  test.each(["/api/config", "/metrics", "/api/openapi.json", "/", "/api/nope", "/api/token", "/icon.svg"])(
    "may not read %s",
    async (path) => {
      for (const method of ["GET", "OPTIONS", "POST"]) {
        const response = await ask(path, settings, { headers, method });
        expect(response.headers.get("Access-Control-Allow-Origin")).toBeNull();
      }
    },
  );

  test("get a preflight answer that allows reading only", async () => {
    const asking = { ...headers, "Access-Control-Request-Method": "DELETE" };
    const response = await ask("/badge", settings, { method: "OPTIONS", headers: asking });
    expect(response.headers.get("Access-Control-Allow-Methods")).toBe("GET,HEAD");
  });
});
