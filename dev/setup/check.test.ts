import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../simulator/index.ts";
import { until } from "../../test/support/tools/until.ts";
import { check } from "./check.ts";

let folder: string;
let simulator: Simulator;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "mycelium-check-"));
  simulator = await startSimulator();
});
afterAll(async () => {
  await simulator.stop();
  rmSync(folder, { recursive: true });
});

test("credentials that can't be read are a finding, and leave no connection open that would keep the check from ending", async () => {
  const { totals } = simulator.events;
  const creds = join(folder, "nobody.creds");
  const findings: string[] = [];
  const options = { folder, creds, page: null, via: null };
  for await (const { level, what } of check(options, {
    NATS_URL: simulator.webSocketUrl,
    FEEDS: "orders.>",
  })) {
    if (level === "fail") findings.push(what);
  }
  expect(findings).toEqual([expect.stringContaining(creds)]);
  expect(totals.accepted).toBeGreaterThan(0);
  await until("every connection's end", () => totals.closed === totals.accepted);
});
