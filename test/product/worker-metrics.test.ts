import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FAULT_KINDS } from "../../client/index.ts";
import { type App, startApp } from "../support/servers/app.ts";
import type { Broker } from "../support/servers/broker.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { freePort } from "../support/tools/ports.ts";
import { pythonWith } from "../support/tools/python-packages.ts";

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

let programs: string;
let broker: Broker;
let app: App;
let nobody: string;
beforeAll(async () => {
  const installed = pythonWith("prometheus_client", "0.26.0");
  broker = await startNatsServer();
  nobody = `ws://127.0.0.1:${await freePort()}`;
  app = await startApp({ NATS_URL: `${broker.webSocketUrl},${nobody}` });
  programs = await installed;
});
afterAll(async () => {
  await app?.stop();
  await broker?.stop();
});

test("Prometheus's own parser reads /metrics", async () => {
  const text = await (await fetch(`${app.url}/metrics`)).text();
  const script = join(import.meta.dirname, "worker-metrics.py");
  const lines = execFileSync(join(programs, "python"), [script], { input: text, encoding: "utf8" })
    .trim()
    .split("\n");
  const samples = lines.map((line) => JSON.parse(line) as Sample);
  const named = (name: string) => samples.filter((sample) => sample.name === name);
  expect(named("probe_success")).toEqual([
    { name: "probe_success", labels: { server: broker.webSocketUrl }, value: 1 },
    { name: "probe_success", labels: { server: nobody }, value: 0 },
  ]);
  expect(named("probe_fault")).toHaveLength(2 * FAULT_KINDS.length);
  expect(named("probe_fault").filter(({ value }) => value === 1)).toEqual([
    { name: "probe_fault", labels: { server: nobody, kind: "refused" }, value: 1 },
  ]);
  expect(named("probe_phase_duration_seconds").map(({ labels }) => labels.phase)).toContain("roundtrip");
});
