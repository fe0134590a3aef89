import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect as connectTcp } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { setUp } from "../support/servers/deployment.ts";
import { LOCALHOST } from "../support/servers/localhost-certificate.ts";
import { ROOT } from "../support/tools/cache.ts";
import { runCommand } from "../support/tools/command.ts";
import { ManagedProcess } from "../support/tools/managed-process.ts";
import { findNatsServer } from "../support/tools/nats-server.ts";
import { freePort } from "../support/tools/ports.ts";
import { until } from "../support/tools/until.ts";

const READY_LIMIT_MS = 60_000;

let folder: string;
const running: ManagedProcess[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mycelium-servers-"));
});
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function startServer(config: string): Promise<ManagedProcess> {
  const { path } = await findNatsServer();
  const server = new ManagedProcess(path, ["-c", config]);
  running.push(server);
  await server.printed(/Server is ready/, READY_LIMIT_MS);
  return server;
}

/** The first of two consecutive free ports. */
async function twoPorts(): Promise<number> {
  for (;;) {
    const [first, second] = [await freePort(), await freePort()];
    if (second === first + 1) return first;
  }
}

async function mustSetUp(args: readonly string[]): Promise<string> {
  const { ok, output } = await setUp(args);
  expect(ok, output).toBe(true);
  return output;
}

describe("several servers", () => {
  test("form a cluster that accepts streams and pushes and passes setup check", async () => {
    const at = join(folder, "several");
    const [tcp, cluster] = [await twoPorts(), await twoPorts()];
    const urls = [await freePort(), await freePort()].map((port) => `ws://127.0.0.1:${port}`);
    const flags = [
      "--nats-url",
      urls.join(","),
      "--tcp-port",
      String(tcp),
      "--cluster-port",
      String(cluster),
    ];
    const output = await mustSetUp([...flags, "--folder", at]);
    const configs = [...output.matchAll(/^ {2}nats-server -c (\S+)$/gm)].map(([, config = ""]) => config);
    expect(configs).toHaveLength(2);
    await Promise.all(configs.map(startServer));
    // A server can be ready before it has a route to the other.
    const push = () => mustSetUp(["push", "--folder", at]);
    await until("a push reaches both", async () => (await push()).includes("to 2 servers\n"));
    const pushed = await setUp(["stream", "LOGS", "egos.llm.logs", "--replicas", "2", "--folder", at]);
    expect(pushed.output).toContain("to 2 servers\n");
    expect(pushed.output).toContain("created the stream LOGS");
    const checked = await setUp(["check", "--folder", at]);
    expect(checked.output).toMatch(/nothing is wrong\n$/);
    for (const url of urls) expect(checked.output).toContain(`ok    ${url} accepts viewers\n`);
  });

  test.each([
    ["wss://a:8443,wss://b:8443", /mycelium-1[\s\S]*host: "0\.0\.0\.0"\nport: 4222/, /@b:6222"/],
    ["wss://a:8443,wss://a:8444", /port: 4222/, /@a:6223"/],
  ])("with %s, each knows the other", async (urls, first, route) => {
    const at = await mkdtemp(join(folder, "named-"));
    const tls = ["--tls-cert", "/etc/c.pem", "--tls-key", "/etc/k.pem"];
    await mustSetUp(["--nats-url", urls, ...tls, "--folder", at]);
    const config = await readFile(join(at, "nats/nats-server-1.conf"), "utf8");
    expect(config).toMatch(first);
    expect(config).toMatch(route);
    expect(config).toContain('store_dir: "/var/lib/nats/mycelium-1/streams"');
  });
});

describe("publishers' port", () => {
  test("has TLS when the server has a certificate, and setup check can connect to it", async () => {
    const at = join(folder, "tls");
    const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
    await writeFile(cert, LOCALHOST.cert);
    await writeFile(key, LOCALHOST.key, { mode: 0o600 });
    const [tcp, webSocket] = [await freePort(), await freePort()];
    const flags = ["--nats-url", `wss://localhost:${webSocket}`, "--tcp-port", String(tcp)];
    await mustSetUp([...flags, "--tls-cert", cert, "--tls-key", key, "--folder", at]);
    await startServer(join(at, "nats/nats-server.conf"));
    expect(await infoOf(tcp)).toMatchObject({ tls_required: true });
    const checked = await runCommand(
      process.execPath,
      [join(ROOT, "dev/setup.ts"), "check", "--folder", at, "--via", `tls://localhost:${tcp}`],
      // In another process, because Node reads NODE_EXTRA_CA_CERTS at its start.
      { env: { PATH: process.env.PATH, NODE_EXTRA_CA_CERTS: cert } },
    );
    expect(checked.output).toMatch(/nothing is wrong\n$/);
    expect(checked.ok).toBe(true);
    const untrusted = await setUp(["check", "--folder", at]);
    expect(untrusted.output).toMatch(
      /^FAIL {2}wss:\S+ has a certificate that isn't trusted \(self-signed certificate.*NODE_EXTRA_CA_CERTS/m,
    );
  });

  test("listens only on loopback without a certificate", async () => {
    const at = await mkdtemp(join(folder, "plain-"));
    const output = await mustSetUp(["--nats-url", "wss://nats.example.com", "--folder", at]);
    expect(output).toContain("(only from that machine: without --tls-cert their port is closed to others)\n");
    expect(await readFile(join(at, "nats/nats-server.conf"), "utf8")).toMatch(
      /^host: "127\.0\.0\.1"\nport: 4222\nwebsocket \{\n {2}host: "0\.0\.0\.0"\n {2}port: 443\n/m,
    );
  });
});

/** nats-server's INFO. */
function infoOf(port: number): Promise<object> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp(port, "127.0.0.1");
    let text = "";
    socket.on("data", (bytes) => {
      text += bytes.toString();
      const [, json] = /^INFO (.*)\r\n/.exec(text) ?? [];
      if (json === undefined) return;
      socket.destroy();
      resolve(JSON.parse(json) as object);
    });
    socket.once("error", reject);
  });
}
