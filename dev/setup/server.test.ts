import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type NatsConnection, TimeoutError } from "@nats-io/nats-core";
import { expect, onTestFinished, test } from "vitest";
import { startSimulator } from "../../simulator/index.ts";
import { setUp } from "../../test/support/servers/deployment.ts";
import { SetupError } from "./error.ts";
import { accountOnServer, connectTo } from "./server.ts";

test("reports a server without a full resolver, which can't report its accounts", async () => {
  const request = () => Promise.reject(new Error("no responders"));
  const answer = accountOnServer({ request } as unknown as NatsConnection, "A");
  await expect(answer).rejects.toThrow(SetupError);
  await expect(answer).rejects.toThrow(
    "no server reports its accounts (no responders): configure a resolver of type full",
  );
});

test("a server that doesn't answer about an account doesn't know the account", async () => {
  const request = () => Promise.reject(new TimeoutError());
  expect(await accountOnServer({ request } as unknown as NatsConnection, "A")).toBeNull();
});

test("reports why a reachable server refuses the connection, rather than that another is unreachable", async () => {
  const simulator = await startSimulator({ auth: { type: "token", token: "s3cr3t" } });
  try {
    const servers = ["ws://127.0.0.1:1", simulator.webSocketUrl];
    await expect(connectTo(servers, {}, " with x.creds")).rejects.toThrow(
      new SetupError(`can't connect to ${simulator.webSocketUrl} with x.creds: Authorization Violation`),
    );
  } finally {
    await simulator.stop();
  }
});

test("npm run setup ends when a server accepts the TCP connection but sends nothing, as a WebSocket port does", async () => {
  const folder = await mkdtemp(join(tmpdir(), "mycelium-silent-"));
  const silent = createServer().listen(0, "127.0.0.1");
  onTestFinished(async () => {
    silent.close();
    await rm(folder, { recursive: true });
  });
  await setUp(["--nats-url", "ws://127.0.0.1:9222", "--folder", folder]);
  const via = `nats://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const args = [join(import.meta.dirname, "../setup.ts"), "push", "--folder", folder, "--via", via];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 40_000 });
  expect(stderr).toMatch(/^can't connect to nats:\S+ with \S+: timeout\n$/);
  expect(status).toBe(1);
}, 60_000);
