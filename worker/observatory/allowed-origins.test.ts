import { describe, expect, inject, test, vi } from "vitest";
import type { Health } from "../../contract/health.ts";
import { ask, body } from "../asking.ts";

const servers = inject("servers");

describe("allowed_origins", () => {
  /** What is answered under each of these addresses, once the answer before is too old to be told again. */
  const readyAtEach = async (urls: readonly string[], NATS_URL: string) => {
    const seen = [];
    const startMs = Date.now();
    for (const [index, url] of urls.entries()) {
      vi.spyOn(Date, "now").mockReturnValue(startMs + index * 6000);
      seen.push(await body(ask(`${url}/readyz`, { NATS_URL })));
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
    expect(await body(ask("https://other.example/readyz", refused))).toMatchObject({
      status: "warn",
      fault: "upgrade-rejected",
      output: expect.stringContaining("`allowed_origins`"),
    });
    const allowed = { NATS_URL: `${servers.otherOrigin}/allowed`, PUBLIC_URL: "https://other.example" };
    expect(await body(ask("https://evil.example/readyz", allowed))).toMatchObject({ status: "pass" });
  });
});
