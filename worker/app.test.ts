import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { app } from "./app.ts";
import { ask } from "./test-app.ts";

describe("routes", () => {
  const settings = { NATS_URL: "ws://a" };

  test("an unknown API route is answered with a problem", async () => {
    const response = await ask("/api/nope", settings);
    expect([response.status, response.headers.get("Content-Type")]).toEqual([
      404,
      "application/problem+json",
    ]);
  });

  test("the page and its files are served", async () => {
    expect(await (await ask("/", settings)).text()).toBe("page");
    expect(await (await ask("/icon.svg", settings)).text()).toBe("<svg/>");
  });

  test.each([
    ["/assets/a-1.js", {}, 200],
    ["/assets/a-1.js", { "If-None-Match": '"x"' }, 304],
  ])("%s with %j may be cached forever", async (path, headers, status) => {
    const response = await ask(path, settings, { headers });
    expect([response.status, response.headers.get("Cache-Control")]).toEqual([
      status,
      "public, max-age=31536000, immutable",
    ]);
  });

  // A monitor with a wrong address must not pass.
  test.each([
    ...["/READYZ", "/health", "/ready", "/readyz/x", "/metrics.json", "/.dev.vars", "/favicon.ico"],
    ...["/some/where", "/some/page", "/index.htm", "//readyz", "/livez/../x"],
  ])("%s is not found", async (path) => {
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

  test.each(["/", "/livez", "/readyz", "/api/nope"])(
    "%s at a Host that no address has is the asker's fault",
    async (path) => {
      // `new Request` refuses such a URL, but workerd creates one from a client's Host header.
      const request = Object.defineProperty(new Request("http://a"), "url", {
        value: `http://a:99999${path}`,
      });
      const response = await app.fetch(request, { ...env, ...settings });
      expect([response.status, response.headers.get("Content-Type")]).toEqual([
        400,
        "application/problem+json",
      ]);
    },
  );

  test("/healthz answers like /livez", async () => {
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
  ])("%s %s is answered with 405 and the allowed methods", async (method, path, allowed) => {
    const response = await ask(path, settings, { method });
    expect([response.status, response.headers.get("Allow")]).toEqual([405, allowed]);
  });
});
