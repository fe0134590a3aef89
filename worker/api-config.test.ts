import { describe, expect, test } from "vitest";
import { ask, body } from "./test-app.ts";

describe("GET /api/config", () => {
  test("contains an allow-list of the settings and nothing else", async () => {
    const response = await ask("/api/config", { NATS_URL: "wss://nats.example" });
    expect(response.status).toBe(200);
    const { feeds, ...rest } = await body(response);
    expect(rest).toEqual({
      name: "Mycelium",
      about: null,
      live: false,
      explore: [],
      embedOrigins: [],
      servers: ["wss://nats.example"],
      auth: { mode: "none", gate: null, tokenLifetimeMs: null },
      demo: null,
    });
    expect(feeds).toHaveLength(3);
  });

  test("contains a feed's stream", async () => {
    const feed = {
      id: "a",
      title: "A",
      subject: "a.>",
      columns: [{ field: "id", title: "Id" }],
      stream: { name: "A", republished: "live.a", directGet: "history.A" },
    };
    const { feeds } = await body(ask("/api/config", { NATS_URL: "wss://a", FEEDS: JSON.stringify([feed]) }));
    const title = { en: "A", "pt-BR": "A" };
    const columns = [{ field: "id", title: { en: "Id", "pt-BR": "Id" } }];
    expect(feeds).toEqual([{ ...feed, title, columns, view: "log", fields: [] }]);
  });

  test("an unchanged configuration is answered with 304", async () => {
    const settings = { NATS_URL: "wss://nats.example" };
    const etag = (await ask("/api/config", settings)).headers.get("ETag") ?? "";
    const again = await ask("/api/config", settings, { headers: { "If-None-Match": etag } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    const other = { NATS_URL: "wss://other.example" };
    expect((await ask("/api/config", other, { headers: { "If-None-Match": etag } })).status).toBe(200);
  });
});

describe("typed values, as from a file or a dashboard,", () => {
  const settings = {
    NATS_URL: ["wss://a.example"],
    PAGE_NAME: 1,
    TOKEN_LIFETIME_S: 600,
    NATS_KEY_SCOPED: {},
  };

  test("don't break /livez or the security headers, and invalid ones are refused by name", async () => {
    const alive = await ask("/livez", settings);
    expect([alive.status, alive.headers.get("Content-Security-Policy")]).toEqual([
      200,
      expect.stringContaining("default-src 'none'"),
    ]);
    const { problems } = await body(ask("/api/config", settings));
    const variables = (problems as { variable: string }[]).map(({ variable }) => variable);
    expect(variables.sort()).toEqual(["NATS_KEY_SCOPED", "TOKEN_LIFETIME_S"]);
  });

  test("are accepted where they are valid", async () => {
    const typed = { NATS_URL: ["wss://a.example"], PAGE_NAME: 1, EXPLORE: ["orders.>"] };
    expect(await body(ask("/api/config", typed))).toMatchObject({
      name: "1",
      servers: ["wss://a.example"],
      explore: ["orders.>"],
    });
  });
});

describe("an invalid environment", () => {
  const wrong = { NATS_URL: "http://a" };

  test("is answered with a problem that names the variable and the fix", async () => {
    const response = await ask("/api/config", wrong);
    expect(response.status).toBe(500);
    expect(response.headers.get("Content-Type")).toBe("application/problem+json");
    expect(await body(response)).toMatchObject({
      type: "urn:mycelium:problem:configuration",
      status: 500,
      problems: [{ variable: "NATS_URL", path: "NATS_URL", fix: "use ws:// instead of http://" }],
    });
  });

  test.each(["admin:s3cr3t@nats.example.com:9222", "wss://a:s3cr3t/pw@host", "wss://h/?auth_token=s3cr3t"])(
    "%j is never repeated",
    async (natsUrl) => {
      for (const path of ["/api/config", "/readyz", "/metrics", "/badge", "/api/status", "/"]) {
        const response = await ask(path, { NATS_URL: natsUrl });
        expect([...response.headers].flat().join() + (await response.text())).not.toContain("s3cr3t");
      }
    },
  );

  test("fails /readyz but not /livez", async () => {
    const ready = await ask("/readyz", wrong);
    expect(ready.status).toBe(503);
    expect(await body(ready)).toMatchObject({ status: "fail", fault: "configuration" });
    expect((await ask("/livez", wrong)).status).toBe(200);
  });
});
