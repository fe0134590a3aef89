import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type App, startApp } from "../support/servers/app.ts";
import type { Broker } from "../support/servers/broker.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { untilEqual } from "../support/tools/until.ts";

/** FRESH_MS of `worker/observatory.ts`, which only workerd can load. */
const FRESH_MS = 1000;

let broker: Broker;
let app: App;
beforeAll(async () => {
  broker = await startNatsServer();
  app = await startApp({ NATS_URL: broker.webSocketUrl });
});
afterAll(async () => {
  await app?.stop();
  await broker?.stop();
});

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${app.url}${path}`, { headers });

async function scriptOfPage(): Promise<string> {
  const [, script] = /src="(\/assets\/[^"]+\.js)"/.exec(await (await get("/")).text()) ?? [];
  if (script === undefined) throw new Error("the page has no script");
  return script;
}

describe("the page's files, as they are served", () => {
  test("the page must be revalidated and has strict security headers", async () => {
    const { headers } = await get("/");
    expect(headers.get("Cache-Control")).toContain("must-revalidate");
    expect(headers.get("Content-Security-Policy")).toContain(`connect-src 'self' ${broker.webSocketUrl};`);
  });

  test("a hashed file may be cached for ever", async () => {
    const { status, headers } = await get(await scriptOfPage());
    expect(status).toBe(200);
    expect(headers.get("Content-Type")).toMatch(/javascript/);
    expect(headers.get("Cache-Control")).toBe("public, max-age=31536000, immutable");
  });

  test("a missing hashed file is a 404, not the page", async () => {
    const response = await get("/assets/gone-00000000.js");
    expect([response.status, response.headers.get("Content-Type")]).toEqual([
      404,
      "application/problem+json",
    ]);
  });

  test("no other path returns the page, so that a monitor with a wrong URL doesn't pass", async () => {
    for (const path of ["/some/where", "/favicon.ico", "/READYZ"]) {
      const response = await get(path);
      expect([response.status, response.headers.get("Content-Type")]).toEqual([
        404,
        "application/problem+json",
      ]);
    }
  });

  test.each(["//evil.example", "/\\evil.example", "/%2F%2Fevil.example/.."])(
    "%s doesn't redirect to another origin",
    async (path) => {
      const response = await fetch(`${app.url}${path}`, { redirect: "manual" });
      expect(response.headers.get("Location") ?? "/").toMatch(/^\/(?![/\\])/);
    },
  );
});

describe("under load and unplugged", () => {
  test("300 health requests cause one connection, whatever their query", async () => {
    const totalConnections = async () =>
      ((await (await fetch(`${broker.monitorUrl}/varz`)).json()) as { total_connections: number })
        .total_connections;
    await get("/readyz");
    const before = await totalConnections();
    const startedAtMs = performance.now();
    for (let round = 0; round < 6; round += 1) {
      await Promise.all(
        Array.from({ length: 50 }, (_, i) => get(`/readyz?x=${round * 50 + i}`).then((r) => r.text())),
      );
    }
    const tookMs = performance.now() - startedAtMs;
    // One probe per TTL of 5 s during the flood.
    expect((await totalConnections()) - before).toBeLessThanOrEqual(1 + Math.floor(tookMs / 5000));
  });

  test("no-cache requests a fresh probe, which sees that a server has just gone", async () => {
    let oldestMs = 0;
    const freshStatus = async () => {
      const askedAtMs = Date.now();
      const response = await get("/readyz", { "Cache-Control": "no-cache" });
      const { time } = (await response.json()) as { time: string };
      oldestMs = Math.max(oldestMs, askedAtMs - Date.parse(time));
      return response.status;
    };
    expect(await freshStatus()).toBe(200);
    await broker.kill();
    await untilEqual(freshStatus, 503);
    await broker.restart();
    await untilEqual(freshStatus, 200);
    // A busy machine delays the answer, but doesn't make the observation older at the time of the request.
    expect(oldestMs).toBeLessThanOrEqual(FRESH_MS);
  });

  test("a client that aborts doesn't affect others", async () => {
    const leader = new AbortController();
    const gone = fetch(`${app.url}/readyz`, {
      signal: leader.signal,
      headers: { "Cache-Control": "no-cache" },
    });
    const follower = get("/readyz", { "Cache-Control": "no-cache" });
    leader.abort();
    await expect(gone).rejects.toThrow();
    expect((await follower).status).toBe(200);
  });
});
