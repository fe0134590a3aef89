import { describe, expect, inject, test } from "vitest";
import type { Env } from "./env.ts";
import app from "./index.ts";
import type { Settings } from "./settings.ts";

const servers = inject("servers");
const REFUSED = `ws://${servers.nobody}`;

const page: Pick<Fetcher, "fetch"> = { fetch: async () => new Response("page") };
const ask = (path: string, settings: Settings, init: RequestInit = {}) =>
  app.request(path, init, { ...settings, ASSETS: page as Fetcher } satisfies Env);
const body = async (response: Response | Promise<Response>) =>
  (await (await response).json()) as Record<string, unknown>;

describe("GET /api/config", () => {
  test("tells the page an allow-list and nothing else", async () => {
    const response = await ask("/api/config", { NATS_URL: "wss://nats.example" });
    expect(response.status).toBe(200);
    const { feeds, ...rest } = await body(response);
    expect(rest).toEqual({
      name: "Mycelium",
      servers: ["wss://nats.example"],
      auth: { mode: "none" },
      reconnect: { maxAttempts: 8, baseDelayMs: 1000, factor: 1.5, maxDelayMs: 20_000, stableAfterMs: 5000 },
      demo: null,
    });
    expect(feeds).toHaveLength(3);
  });

  test("an unchanged configuration isn't sent twice", async () => {
    const settings = { NATS_URL: "wss://nats.example" };
    const etag = (await ask("/api/config", settings)).headers.get("ETag") ?? "";
    const again = await ask("/api/config", settings, { headers: { "If-None-Match": etag } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    const other = { NATS_URL: "wss://other.example" };
    expect((await ask("/api/config", other, { headers: { "If-None-Match": etag } })).status).toBe(200);
  });
});

describe("a wrong environment", () => {
  const wrong = { NATS_URL: "http://a" };

  test("is a problem that names the variable and the fix", async () => {
    const response = await ask("/api/config", wrong);
    expect(response.status).toBe(500);
    expect(response.headers.get("Content-Type")).toBe("application/problem+json");
    expect(await body(response)).toMatchObject({
      type: "urn:mycelium:problem:configuration",
      status: 500,
      problems: [{ variable: "NATS_URL", path: "NATS_URL", fix: "give ws:// instead of http://" }],
    });
  });

  test("fails /readyz and not /livez", async () => {
    const ready = await ask("/readyz", wrong);
    expect(ready.status).toBe(503);
    expect(await body(ready)).toMatchObject({ status: "fail", fault: "configuration" });
    expect((await ask("/livez", wrong)).status).toBe(200);
  });
});

describe("GET /readyz", () => {
  test("passes with a response time", async () => {
    const response = await ask("/readyz", { NATS_URL: servers.open });
    expect([response.status, response.headers.get("Content-Type")]).toEqual([200, "application/health+json"]);
    expect(await body(response)).toMatchObject({
      status: "pass",
      checks: {
        "nats:reachability": [{ componentId: servers.open, status: "pass", observedValue: "reached" }],
        "nats:responseTime": [{ observedValue: expect.any(Number), observedUnit: "ms" }],
      },
    });
  });

  test("fails with the kind, a sentence and a fix, and claims no response time", async () => {
    const response = await ask("/readyz", { NATS_URL: REFUSED });
    expect(response.status).toBe(503);
    expect(await body(response)).toMatchObject({
      status: "fail",
      fault: "refused",
      output: `${REFUSED} refused the connection: nothing listens on that port.`,
      fix: expect.stringContaining("Start nats-server"),
      checks: { "nats:reachability": [{ status: "fail", fault: "refused" }], "nats:responseTime": [] },
    });
  });

  test("a warning is 200: one server of two is enough for the page", async () => {
    const response = await ask("/readyz", { NATS_URL: `${REFUSED},${servers.open}` });
    expect(response.status).toBe(200);
    expect(await body(response)).toMatchObject({ status: "warn", fault: "refused" });
  });

  test("phases are told only when asked for", async () => {
    const settings = { NATS_URL: servers.open };
    expect(JSON.stringify(await body(ask("/readyz", settings)))).not.toContain("phases");
    expect(JSON.stringify(await body(ask("/readyz?verbose", settings)))).toContain("roundtrip");
  });

  test("HEAD has the same status and no body", async () => {
    const response = await ask("/readyz", { NATS_URL: REFUSED }, { method: "HEAD" });
    expect([response.status, await response.text()]).toEqual([503, ""]);
  });
});

describe("everything else", () => {
  const settings = { NATS_URL: "ws://a" };

  test("an unknown route of the API is a problem", async () => {
    const response = await ask("/api/nope", settings);
    expect([response.status, response.headers.get("Content-Type")]).toEqual([
      404,
      "application/problem+json",
    ]);
  });

  test("another path is the page's", async () => {
    expect(await (await ask("/some/where", settings)).text()).toBe("page");
  });

  test.each(["POST", "PUT", "DELETE"])("%s is refused outside the API", async (method) => {
    const response = await ask("/", settings, { method });
    expect([response.status, response.headers.get("Allow")]).toEqual([405, "GET, HEAD"]);
  });
});
