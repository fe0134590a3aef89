import { env } from "cloudflare:workers";
import { describe, expect, inject, test } from "vitest";
import { app } from "./app.ts";
import { differencesFromOpenApi, paths } from "./openapi-check.ts";

const servers = inject("servers");

const ask = (path: string, natsUrl: string) => app.request(path, {}, { ...env, NATS_URL: natsUrl });

describe("/api/openapi.json", () => {
  test("describes exactly the existing routes", () => {
    const routes = app.routes
      .filter(({ method, path }) => method !== "ALL" && path !== "/*" && path !== "*")
      .map(({ method, path }) => `${method} ${path}`);
    const described = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual([...new Set(routes)].sort());
  });

  const gettable = Object.entries(paths).filter(([, operations]) => "get" in operations);
  const natsUrls = [servers.open, `ws://${servers.nobody}`, "http://wrong"];

  test.each(gettable.flatMap(([path]) => natsUrls.map((natsUrl) => [path, natsUrl] as const)))(
    "%s of %s answers as described",
    async (path, natsUrl) => {
      const response = await ask(path, natsUrl);
      expect(differencesFromOpenApi("get", path, response, await response.text())).toEqual([]);
    },
  );
});
