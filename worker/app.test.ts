import { env } from "cloudflare:workers";
import { describe, expect, inject, test, vi } from "vitest";
import type { Health } from "../contract/health.ts";
import { app } from "./app.ts";
import type { Environment } from "./settings.ts";

const servers = inject("servers");
const REFUSED = `ws://${servers.nobody}`;

/** The built page, as a deployment has it: one file more, and nothing else. */
const page: Pick<Fetcher, "fetch"> = {
  fetch: async (input) => {
    const request = new Request(input);
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/assets/")) {
      const headers = { "Cache-Control": "public, max-age=0, must-revalidate" };
      if (request.headers.has("If-None-Match")) return new Response(null, { status: 304, headers });
      return new Response("code", { headers });
    }
    const html = { headers: { "Content-Type": "text/html; charset=utf-8" } };
    if (pathname === "/" || pathname === "/some/page") return new Response("page", html);
    return pathname === "/icon.svg" ? new Response("<svg/>") : new Response(null, { status: 404 });
  },
};
const ask = (path: string, settings: Environment, init: RequestInit = {}) =>
  app.request(path, init, { ...env, ...settings, ASSETS: page as Fetcher });
const body = async (response: Response | Promise<Response>) =>
  (await (await response).json()) as Record<string, unknown>;

describe("GET /api/config", () => {
  test("tells the page an allow-list and nothing else", async () => {
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

  test("hands a feed's stream to the page", async () => {
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

  test("an unchanged configuration isn't sent twice", async () => {
    const settings = { NATS_URL: "wss://nats.example" };
    const etag = (await ask("/api/config", settings)).headers.get("ETag") ?? "";
    const again = await ask("/api/config", settings, { headers: { "If-None-Match": etag } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    const other = { NATS_URL: "wss://other.example" };
    expect((await ask("/api/config", other, { headers: { "If-None-Match": etag } })).status).toBe(200);
  });
});

describe("values with types, as a file or a dashboard gives them", () => {
  const settings = {
    NATS_URL: ["wss://a.example"],
    PAGE_NAME: 1,
    TOKEN_LIFETIME_S: 600,
    NATS_KEY_SCOPED: {},
  };

  test("break neither /livez nor the security headers, and are refused by name where they can't be taken", async () => {
    const alive = await ask("/livez", settings);
    expect([alive.status, alive.headers.get("Content-Security-Policy")]).toEqual([
      200,
      expect.stringContaining("default-src 'none'"),
    ]);
    const { problems } = await body(ask("/api/config", settings));
    const variables = (problems as { variable: string }[]).map(({ variable }) => variable);
    expect(variables.sort()).toEqual(["NATS_KEY_SCOPED", "TOKEN_LIFETIME_S"]);
  });

  test("are taken where they can", async () => {
    const typed = { NATS_URL: ["wss://a.example"], PAGE_NAME: 1, EXPLORE: ["orders.>"] };
    expect(await body(ask("/api/config", typed))).toMatchObject({
      name: "1",
      servers: ["wss://a.example"],
      explore: ["orders.>"],
    });
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

  test.each(["admin:s3cr3t@nats.example.com:9222", "wss://a:s3cr3t/pw@host", "wss://h/?auth_token=s3cr3t"])(
    "%j is told to nobody",
    async (natsUrl) => {
      for (const path of ["/api/config", "/readyz", "/metrics", "/badge", "/api/status", "/"]) {
        const response = await ask(path, { NATS_URL: natsUrl });
        expect([...response.headers].flat().join() + (await response.text())).not.toContain("s3cr3t");
      }
    },
  );

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

  test("who asks for a fresh look in capitals has one too: directives have no case", async () => {
    const settings = { NATS_URL: `${REFUSED}/capitals` };
    const nowMs = Date.now();
    const clock = vi.spyOn(Date, "now").mockReturnValue(nowMs);
    const ids = [];
    for (const [later, directive] of ["max-age=9", "max-age=9", "NO-CACHE", "No-Cache"].entries()) {
      clock.mockReturnValue(nowMs + later * 1100);
      const headers = { "Cache-Control": directive };
      ids.push((await body(ask("/readyz", settings, { headers }))).observationId);
    }
    vi.restoreAllMocks();
    expect(new Set(ids).size).toBe(3);
    expect(ids[0]).toBe(ids[1]);
  });

  test("HEAD has the same status and no body", async () => {
    const response = await ask("/readyz", { NATS_URL: REFUSED }, { method: "HEAD" });
    expect([response.status, await response.text()]).toEqual([503, ""]);
  });
});

describe("allowed_origins", () => {
  const readyAt = async (url: string, given: Environment) =>
    body(app.request(url, {}, { ...env, ...given, ASSETS: page as Fetcher }));
  /** What is answered under each of these addresses, once the answer before is too old to be told again. */
  const readyAtEach = async (urls: readonly string[], NATS_URL: string) => {
    const seen = [];
    const startMs = Date.now();
    for (const [index, url] of urls.entries()) {
      vi.spyOn(Date, "now").mockReturnValue(startMs + index * 6000);
      seen.push(await readyAt(`${url}/readyz`, { NATS_URL }));
    }
    vi.restoreAllMocks();
    return seen;
  };
  const refused = { status: "warn", fault: "upgrade-rejected", fix: expect.stringContaining("PUBLIC_URL") };

  test.each(["https://wrong-host.example", "https://other.example:8443", "http://localhost:8080"])(
    "without PUBLIC_URL is held against the address that is asked: %s",
    async (url) => {
      const server = `${servers.otherOrigin}/${encodeURIComponent(url)}`;
      const [seen] = await readyAtEach([url], server);
      expect(seen).toMatchObject({ ...refused, output: expect.stringContaining("`allowed_origins`") });
      expect(seen).toMatchObject({
        checks: { "nats:reachability": [{ explanation: "origin-refused", confidence: "likely" }] },
      });
    },
  );

  test.each(["https://other.example", "http://other.example"])(
    "that names the page is no warning, with TLS here or at a proxy: %s",
    async (url) => {
      const [seen] = await readyAtEach([url], `${servers.otherOrigin}/${encodeURIComponent(url)}`);
      expect(seen).toMatchObject({ status: "pass" });
      expect(JSON.stringify(seen)).not.toContain("origin-refused");
    },
  );

  test("whoever asks by another host changes nobody's health, once the page's own is known", async () => {
    const hosts = ["http://evil.example", "http://other.example", "http://10.0.0.1", "http://evil.example"];
    const seen = await readyAtEach(hosts, `${servers.otherOrigin}/hosts`);
    expect(seen.map(({ status }) => status)).toEqual(["warn", "pass", "pass", "pass"]);
    // A page there can't connect, and hears why.
    const explanations = seen.map(
      ({ checks }) => (checks as NonNullable<Health["checks"]>)["nats:reachability"][0]?.explanation,
    );
    expect(explanations).toEqual(["origin-refused", undefined, "origin-refused", "origin-refused"]);
  });

  test("isn't asked about where a server takes pages from everywhere", async () => {
    const [seen] = await readyAtEach(["http://evil.example"], `${servers.open}/everywhere`);
    expect(seen).toMatchObject({ status: "pass" });
    expect(JSON.stringify(seen)).not.toContain("origin");
  });

  test("is held against PUBLIC_URL, whatever host is asked for", async () => {
    // Another path is another server's health, which no other test has looked at.
    const refused = { NATS_URL: `${servers.otherOrigin}/refused`, PUBLIC_URL: "https://page.example" };
    expect(await readyAt("https://other.example/readyz", refused)).toMatchObject({
      status: "warn",
      fault: "upgrade-rejected",
      output: expect.stringContaining("`allowed_origins`"),
    });
    const allowed = { NATS_URL: `${servers.otherOrigin}/allowed`, PUBLIC_URL: "https://other.example" };
    expect(await readyAt("https://evil.example/readyz", allowed)).toMatchObject({ status: "pass" });
  });
});

describe("one observation, many faces", () => {
  const settings = { NATS_URL: `${servers.open},${REFUSED}` };

  test("all faces tell of the same observation, whatever the query", async () => {
    const ids = new Set<unknown>();
    for (const path of ["/readyz", "/readyz?verbose&x=1", `/readyz?${Math.random()}`]) {
      ids.add((await body(ask(path, settings))).observationId);
    }
    const { observation } = await body(ask("/api/status", settings));
    ids.add((observation as { id: string }).id);
    expect(ids.size).toBe(1);
  });

  test("/metrics is OpenMetrics with blackbox_exporter's names", async () => {
    const response = await ask("/metrics", settings);
    expect(response.headers.get("Content-Type")).toMatch(/^application\/openmetrics-text; version=1\.0\.0/);
    const text = await response.text();
    expect(text).toContain(`\nprobe_success{server="${servers.open}"} 1\n`);
    expect(text).toContain(`\nprobe_success{server="${REFUSED}"} 0\n`);
    expect(text).toContain(`\nprobe_websocket_status_code{server="${servers.open}"} 101\n`);
    expect(text).toContain(`\nprobe_fault{server="${REFUSED}",kind="refused"} 1\n`);
    expect(text).toMatch(/\nprobe_phase_duration_seconds\{server="[^"]+",phase="roundtrip"\} [\d.]+\n/);
    expect(text.endsWith("# EOF\n")).toBe(true);
  });

  test("a server that works but for a feed is a success to all of them", async () => {
    const partly = { NATS_URL: servers.restricted };
    const ready = await ask("/readyz", partly);
    expect(ready.status).toBe(200);
    expect(await body(ready)).toMatchObject({
      status: "warn",
      fault: "permission",
      checks: { "nats:responseTime": [{ status: "warn", observedValue: expect.any(Number) }] },
    });
    const text = await (await ask("/metrics", partly)).text();
    expect(text).toContain(`\nprobe_success{server="${servers.restricted}"} 1\n`);
    expect(text).toContain(`\nprobe_fault{server="${servers.restricted}",kind="permission"} 1\n`);
  });

  test("a server that is down comes before one that works but for a feed", async () => {
    const both = { NATS_URL: `${servers.restricted},${REFUSED}` };
    expect(await body(ask("/readyz", both))).toMatchObject({
      status: "warn",
      fault: "refused",
      output: expect.stringContaining(REFUSED),
    });
    expect(await body(ask("/badge", both))).toMatchObject({ message: "degraded: refused" });
  });

  test.each([
    [{ NATS_URL: servers.open }, "up", "brightgreen"],
    [settings, "degraded: refused", "yellow"],
    [{ NATS_URL: REFUSED }, "down: refused", "red"],
    [{ NATS_URL: "http://a" }, "misconfigured", "red"],
  ])("/badge of %j says %s", async (given, message, color) => {
    expect(await body(ask("/badge", given))).toMatchObject({
      schemaVersion: 1,
      label: "NATS",
      message,
      color,
    });
  });

  test("/api/status has uptime and history", async () => {
    expect(await body(ask("/api/status", { NATS_URL: servers.open }))).toMatchObject({
      uptime: { day: 1, quarter: 1 },
      isHistoryComplete: true,
      day: [{ fail: 0 }],
      quarter: [{ fail: 0 }],
    });
  });
});

describe("security headers", () => {
  test.each(["/", "/api/config", "/api/nope", "/livez", "/metrics"])("%s has them", async (path) => {
    const { headers } = await ask(path, { NATS_URL: "http://wrong" });
    expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(headers.get("Content-Security-Policy")).toContain("default-src 'none'");
  });

  test("the page may talk to its own origin, the servers and the simulator, and to nobody else", async () => {
    const settings = {
      NATS_URL: "wss://a.example/nats,ws://127.0.0.1:9222",
      DEMO_CONTROL_URL: "http://127.0.0.1:7777",
    };
    const policy = (await ask("/", settings)).headers.get("Content-Security-Policy");
    expect(policy).toContain(
      "connect-src 'self' wss://a.example ws://127.0.0.1:9222 http://127.0.0.1:7777; base-uri 'none'",
    );
    expect(policy).not.toContain("unsafe");
    // A picture that came as a message has an address that the page makes; a script never has.
    expect(policy).toContain("script-src 'self'; style-src 'self'; img-src 'self' data: blob:;");
  });

  test("the page is embedded by nobody, or by those whom the operator names", async () => {
    const policyOf = async (settings: Environment) =>
      (await ask("/", { NATS_URL: "wss://a", ...settings })).headers.get("Content-Security-Policy");
    expect(await policyOf({})).toMatch(/; frame-ancestors 'none'$/);
    const EMBED_ORIGINS = "https://intranet.example.com, https://*.example.org";
    expect(await policyOf({ EMBED_ORIGINS })).toMatch(
      /; frame-ancestors https:\/\/intranet\.example\.com https:\/\/\*\.example\.org$/,
    );
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

  test("the page and its files are there", async () => {
    expect(await (await ask("/", settings)).text()).toBe("page");
    expect(await (await ask("/icon.svg", settings)).text()).toBe("<svg/>");
  });

  test.each([
    ["/assets/a-1.js", {}, 200],
    ["/assets/a-1.js", { "If-None-Match": '"x"' }, 304],
  ])("%s with %j may be kept for ever", async (path, headers, status) => {
    const response = await ask(path, settings, { headers });
    expect([response.status, response.headers.get("Cache-Control")]).toEqual([
      status,
      "public, max-age=31536000, immutable",
    ]);
  });

  // A monitor with a wrong address must not be green for ever.
  test.each([
    ...["/READYZ", "/health", "/ready", "/readyz/x", "/metrics.json", "/.dev.vars", "/favicon.ico"],
    ...["/some/where", "/some/page", "/index.htm", "//readyz", "/livez/../x"],
  ])("%s is nothing", async (path) => {
    const response = await ask(path, settings);
    expect([response.status, response.headers.get("Content-Type")]).toEqual([
      404,
      "application/problem+json",
    ]);
  });

  test.each(["/readyz", "/livez", "/healthz", "/metrics", "/badge", "/api/config", "/api/status"])(
    "%s/ answers as %s does",
    async (path) => {
      const [plain, slashed] = [await ask(path, settings), await ask(`${path}/`, settings)];
      const summary = ({ status, headers }: Response) => [status, headers.get("Content-Type")];
      expect(summary(slashed)).toEqual(summary(plain));
      expect(plain.status).not.toBe(404);
    },
  );

  test("/healthz answers as /livez", async () => {
    const answers = [await ask("/healthz", settings), await ask("/livez", settings)];
    expect(await Promise.all(answers.map((one) => one.text()))).toEqual(Array(2).fill('{"status":"pass"}'));
  });

  test.each([
    ["POST", "/", "GET, HEAD"],
    ["DELETE", "/some/where", "GET, HEAD"],
    ["GET", "/api/token", "POST"],
    ["HEAD", "/api/token", "POST"],
    ["PUT", "/api/token", "POST"],
    ["PUT", "/api/config", "GET, HEAD"],
    ["POST", "/readyz", "GET, HEAD"],
    ["DELETE", "/metrics/", "GET, HEAD"],
    ["PATCH", "/healthz", "GET, HEAD"],
  ])("%s %s isn't allowed, and the answer says what is", async (method, path, allowed) => {
    const response = await ask(path, settings, { method });
    expect([response.status, response.headers.get("Allow")]).toEqual([405, allowed]);
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

  test("may ask before, and are told to read only", async () => {
    const asking = { ...headers, "Access-Control-Request-Method": "DELETE" };
    const response = await ask("/badge", settings, { method: "OPTIONS", headers: asking });
    expect(response.headers.get("Access-Control-Allow-Methods")).toBe("GET,HEAD");
  });
});
