import { afterEach, expect, test, vi } from "vitest";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  process.exitCode = undefined;
});

test.each([
  ["", "", "http://127.0.0.1:8787/livez"],
  ["0.0.0.0", "9000", "http://127.0.0.1:9000/livez"],
  ["::", "9000", "http://[::1]:9000/livez"],
])("with HOST=%j PORT=%j, requests %s", async (HOST, PORT, url) => {
  vi.stubEnv("HOST", HOST);
  vi.stubEnv("PORT", PORT);
  const fetch = vi.fn(async () => new Response());
  vi.stubGlobal("fetch", fetch);
  vi.resetModules();
  await import("./health.ts");
  expect(fetch).toHaveBeenCalledWith(url, expect.anything());
  expect(process.exitCode).toBe(0);
});
