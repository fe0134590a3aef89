import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../simulator/index.ts";
import { until } from "../../test/support/tools/until.ts";
import type { Finding } from "./check/finding.ts";
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

test("reports unreadable credentials, and leaves no connection open that would keep the check from ending", async () => {
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

/** The first findings, which need no network. */
async function firstOf(count: number, page: string, env: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const all = check({ folder: "/nowhere", page, creds: null, via: null }, env);
  for await (const finding of all) if (findings.push(finding) === count) break;
  return findings;
}

test("reports an unreadable secret file, as npm start does", async () => {
  const auth = { AUTH_MODE: "token", NATS_TOKEN: "t", AUTH_GATE: "passphrase" };
  const PASSPHRASE_FILE = "/nowhere/passphrase";
  const env = { NATS_URL: "ws://nats.example", FEEDS: "orders.>", ...auth, PASSPHRASE_FILE };
  expect(await firstOf(2, "http://page.example", env)).toEqual([
    {
      level: "fail",
      what: "a setting is wrong",
      fix: expect.stringContaining('PASSPHRASE_FILE names "/nowhere/passphrase", which can\'t be read'),
    },
  ]);
});

test("fails on a ws:// server for an https page, and passes on the worker's warnings", async () => {
  const env = { NATS_URL: "ws://nats.example", FEEDS: "orders.>" };
  expect(await firstOf(3, "https://page.example", env)).toEqual([
    { level: "ok", what: "the worker accepts these settings" },
    {
      level: "warn",
      what: "NATS_URL has a ws:// server, to which a page served over https can't connect",
      fix: "use wss://",
    },
    {
      level: "fail",
      what: "browsers don't let pages of https://page.example connect to ws://nats.example",
      fix: expect.stringContaining("wss://"),
    },
  ]);
});

test.each([
  ["is doubtful where PUBLIC_URL says https", { PUBLIC_URL: "https://page.example" }, /^NATS_URL has a ws:/],
  ["is right for a page that is known to be http", {}, /^FEEDS reads a stream/],
])("a ws:// server %s", async (_name, settings, doubt) => {
  // A second warning that always appears keeps the check from using the network.
  const FEEDS = '[{"subject":"orders.>","stream":"ORDERS"}]';
  const env = { NATS_URL: "ws://nats.example", FEEDS, ...settings };
  const [, warning] = await firstOf(2, "http://page.example", env);
  expect(warning?.what).toMatch(doubt);
});

test("keeps the whole fix of a warning when the fix contains a colon", async () => {
  const FEEDS = '[{"subject":"orders.>","stream":"ORDERS"}]';
  const [, warning] = await firstOf(2, "https://page.example", { NATS_URL: "wss://nats.example", FEEDS });
  expect(warning?.what).toBe("FEEDS reads a stream of the viewers' own account");
  expect(warning?.fix).toMatch(/^the reply subject .* as history\.<stream>$/);
});
