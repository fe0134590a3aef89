import { describe, expect, inject, test } from "vitest";
import { ask, body } from "../test-app.ts";

const servers = inject("servers");

describe("allowed_origins", () => {
  /** The answer at an address, for a server with a path of its own, so that no other test's result is cached. */
  const readyAt = (url: string, NATS_URL: string) =>
    body(ask(`${url}/readyz`, { NATS_URL: `${NATS_URL}/${encodeURIComponent(url)}` }));

  test.each(["https://wrong-host.example", "https://other.example:8443", "http://localhost:8080"])(
    "without PUBLIC_URL is checked against the requested address: %s",
    async (url) => {
      expect(await readyAt(url, servers.otherOrigin)).toMatchObject({
        status: "warn",
        fault: "upgrade-rejected",
        output: expect.stringContaining("`allowed_origins`"),
        fix: expect.stringContaining("PUBLIC_URL"),
        checks: { "nats:reachability": [{ explanation: "origin-refused", confidence: "likely" }] },
      });
    },
  );

  test.each(["https://other.example", "http://other.example"])(
    "that names the page is no warning, with TLS here or at a proxy: %s",
    async (url) => {
      const seen = await readyAt(url, servers.otherOrigin);
      expect(seen).toMatchObject({ status: "pass" });
      expect(JSON.stringify(seen)).not.toContain("origin-refused");
    },
  );

  test("causes no warning if the server accepts pages from everywhere", async () => {
    const seen = await readyAt("http://evil.example", servers.open);
    expect(seen).toMatchObject({ status: "pass" });
    expect(JSON.stringify(seen)).not.toContain("origin");
  });

  test("is checked against PUBLIC_URL, whatever host is requested", async () => {
    const refused = { NATS_URL: `${servers.otherOrigin}/refused`, PUBLIC_URL: "https://page.example" };
    expect(await body(ask("https://other.example/readyz", refused))).toMatchObject({
      status: "warn",
      fault: "upgrade-rejected",
      output: expect.stringContaining("`allowed_origins`"),
    });
    const allowed = { NATS_URL: `${servers.otherOrigin}/allowed`, PUBLIC_URL: "https://other.example" };
    expect(await body(ask("https://evil.example/readyz", allowed))).toMatchObject({ status: "pass" });
  });
});
