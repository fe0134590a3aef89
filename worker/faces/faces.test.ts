import { describe, expect, inject, onTestFinished, test, vi } from "vitest";
import { ask, body } from "../test-app.ts";

const servers = inject("servers");
const REFUSED = `ws://${servers.nobody}`;

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

  test("fails with fault, output and fix, and without a response time", async () => {
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

  test("answers 200 for a warning: one server of two is enough for the page", async () => {
    const response = await ask("/readyz", { NATS_URL: `${REFUSED},${servers.open}` });
    expect(response.status).toBe(200);
    expect(await body(response)).toMatchObject({ status: "warn", fault: "refused" });
  });

  test("contains phases only with ?verbose", async () => {
    const settings = { NATS_URL: servers.open };
    expect(JSON.stringify(await body(ask("/readyz", settings)))).not.toContain("phases");
    expect(JSON.stringify(await body(ask("/readyz?verbose", settings)))).toContain("roundtrip");
  });

  test("accepts NO-CACHE in any case", async () => {
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

  test("answers HEAD with the same status and no body", async () => {
    const response = await ask("/readyz", { NATS_URL: REFUSED }, { method: "HEAD" });
    expect([response.status, await response.text()]).toEqual([503, ""]);
  });
});

describe("one observation in all formats", () => {
  const settings = { NATS_URL: `${servers.open},${REFUSED}` };

  test("all answers show the same observation, whatever the query", async () => {
    // An observation is reused for some seconds only, and another file's may be about to end.
    const clock = vi.spyOn(Date, "now").mockReturnValue(Date.now());
    onTestFinished(() => clock.mockRestore());
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

  test("a server on which one feed can't be read counts as a success in all formats", async () => {
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

  test("a server that is down is worse than one on which a feed can't be read", async () => {
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
  ])("/badge for %j says %s", async (given, message, color) => {
    expect(await body(ask("/badge", given))).toMatchObject({
      schemaVersion: 1,
      label: "NATS",
      message,
      color,
    });
  });

  test("/api/status contains uptime and history", async () => {
    // A history of its own: others' observations may lie in another ten minutes or day.
    const observedOnce = { NATS_URL: `${servers.open}/observed-once` };
    expect(await body(ask("/api/status", observedOnce))).toMatchObject({
      uptime: { day: 1, quarter: 1 },
      isHistoryComplete: true,
      day: [{ fail: 0 }],
      quarter: [{ fail: 0 }],
    });
  });
});
