import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../simulator/index.ts";
import { ROOT } from "../test/support/tools/cache.ts";
import { freePort } from "../test/support/tools/ports.ts";
import { makePlan } from "./plan.ts";

let port: string;
let simulator: Simulator;
beforeAll(async () => {
  // Not a port chosen by the kernel, which could give it to another process meanwhile.
  port = String(await freePort());
  simulator = await startSimulator();
});
afterAll(() => simulator.stop());

const problemsOf = async (
  env: NodeJS.ProcessEnv,
  devVars: NodeJS.ProcessEnv = {},
): Promise<readonly string[]> =>
  makePlan({ PORT: port, ...env }, devVars).then(
    () => [],
    (error: Error) => error.message.split("\n"),
  );

describe("reports a wrong value in one line", () => {
  test.each([
    [{ PORT: "http" }, /^PORT is "http": give a number from 1 to 65535 \(from the environment\)$/],
    [{ PORT: "0" }, /^PORT is "0": give a number from 1 to 65535 \(/],
    [{ PORT: "6666" }, /^PORT 6666 is blocked by browsers: give another/],
    [{ LOG: "xml" }, /^LOG is "xml": give text or json \(/],
    [{ NATSURL: "ws://127.0.0.1:9222" }, /^NATSURL is not a setting: rename it to NATS_URL if you mean that/],
    [{ SIMULATOR_PORT: "nats" }, /^SIMULATOR_PORT is "nats": give a number from 1 to 65535 \(/],
    [
      { NATS_URL: "http://127.0.0.1:9222" },
      /^NATS_URL is an http:\/\/ URL: use ws:\/\/ instead of http:\/\/ \(/,
    ],
    [
      { NATS_URL: "nats://127.0.0.1:4222" },
      /^NATS_URL is a nats:\/\/ URL, which browsers can't open: use the/,
    ],
    [{ NATS_URL: "ws://me:hush@127.0.0.1:9222" }, /^NATS_URL contains a user name or password: remove/],
    [{ NATS_URL: "ws://127.0.0.1:6667" }, /^NATS_URL uses port 6667, which browsers block: use/],
    [{ NATS_URL: "127.0.0.1:9222" }, /^NATS_URL is not a URL: use/],
    [{ FEEDS: "[" }, /^FEEDS .*JSON.* \(from the environment\)$/],
    [{ FEEDS: '["llm", "a b"]' }, /^FEEDS\[1\]\.subject is invalid/],
  ])("%j", async (env, line) => {
    const problems = await problemsOf(env);
    expect(problems).toEqual([expect.stringMatching(line)]);
    expect(problems.join()).not.toContain("hush");
  });

  test("NATS_URL names NATS's plain TCP port", async () => {
    const raw = simulator.tcpUrl.replace("nats:", "ws:");
    expect(await problemsOf({ NATS_URL: raw })).toEqual([
      expect.stringMatching(
        /^NATS_URL ws:\S+ is NATS's plain TCP port, .*: give the port of nats-server's `websocket`/,
      ),
    ]);
    expect(await problemsOf({ NATS_URL: simulator.webSocketUrl })).toEqual([]);
  });

  test.each(["PORT", "SIMULATOR_PORT"])("%s is taken", async (name) => {
    const taken = new URL(simulator.tcpUrl.replace("nats:", "http:")).port;
    expect(await problemsOf({ [name]: taken })).toEqual([
      `${name} ${taken} is already in use: stop the program that uses it, or give another ${name} (from the environment)`,
    ]);
  });
});

test("reports an unusable DATA folder together with other problems", async () => {
  const plan = makePlan({ PORT: port, DATA: "package.json", LOG: "xml" }, {}, join(ROOT, "package.json"));
  await expect(plan).rejects.toThrow(/^DATA \S+package\.json can't be written to \(ENOTDIR\): .*\nLOG is /);
});

test("names no source for a default value", async () => {
  const given = { PORT: port };
  await expect(makePlan(given, {}, join(ROOT, "package.json"))).rejects.toThrow(/: give a writable folder$/);
});

test("an empty port variable counts as unset", async () => {
  const problems = await problemsOf({ PORT: "", SIMULATOR_PORT: "" });
  // Another program may use the default port.
  expect(problems.filter((line) => !line.startsWith("PORT 8787 is already in use"))).toEqual([]);
});

test("a port counts as in use when it is in use on any address of localhost", async () => {
  const taker = createServer();
  await new Promise<void>((resolve) => taker.listen(Number(port), "::1", resolve));
  expect(await problemsOf({})).toEqual([expect.stringMatching(/is already in use/)]);
  await new Promise((resolve) => taker.close(resolve));
});

test("the environment overrides .dev.vars", async () => {
  const plan = await makePlan(
    { PORT: port, NATS_URL: "ws://127.0.0.1:9222" },
    { NATS_URL: "ws://127.0.0.1:9333", AUTH_MODE: "none" },
  );
  expect(plan).toMatchObject({
    natsUrl: "ws://127.0.0.1:9222",
    settings: { NATS_URL: "ws://127.0.0.1:9222", AUTH_MODE: "none" },
  });
});

test("reads a secret from a file that .dev.vars names", async () => {
  const folder = mkdtempSync(join(tmpdir(), "mycelium-plan-"));
  const file = join(folder, "passphrase");
  writeFileSync(file, "long enough, it is\n");
  const devVars = { AUTH_GATE: "passphrase", PASSPHRASE_FILE: file };
  const plan = await makePlan({ PORT: port }, { ...devVars, AUTH_MODE: "token", NATS_TOKEN: "hush" });
  expect(plan.settings).toMatchObject({ PASSPHRASE: "long enough, it is", NATS_TOKEN: "hush" });
  rmSync(folder, { recursive: true });
});
