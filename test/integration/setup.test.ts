import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { credsAuthenticator, jwtAuthenticator, wsconnect } from "@nats-io/nats-core";
import { createUser } from "@nats-io/nkeys";
import { connect } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { ManagedProcess } from "../support/managed-process.ts";
import { freePorts } from "../support/nats-server.ts";
import { freePort } from "../support/ports.ts";
import { ROOT } from "../support/tools/cache.ts";
import { runCommand } from "../support/tools/command.ts";
import { findNatsServer } from "../support/tools/nats-server.ts";
import { until } from "../support/until.ts";

const READY_LIMIT_MS = 60_000;
const SUBJECT = "egos.llm.logs";
const SEEDS = /S[AOU][A-Z2-7]{56}/;

const setUp = (...args: readonly string[]) =>
  runCommand(process.execPath, [join(ROOT, "dev/setup.ts"), ...args]);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mycelium-setup-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("what npm run setup writes, followed by what it prints", () => {
  const started: ManagedProcess[] = [];
  let base: string;
  let natsUrl: string;
  let tcpUrl: string;
  let said: string;

  beforeAll(async () => {
    const ports = await freePorts();
    const port = await freePort();
    base = `http://localhost:${port}`;
    natsUrl = `ws://127.0.0.1:${ports.webSocket}`;
    tcpUrl = `nats://127.0.0.1:${ports.tcp}`;
    const written = await setUp(
      ...["--nats-url", natsUrl, "--origin", base],
      ...["--tcp-port", String(ports.tcp), "--folder", folder],
    );
    expect(written.ok).toBe(true);
    said = written.output;
    const [, config = ""] = /nats-server -c (\S+)/.exec(said) ?? [];
    const { path } = await findNatsServer();
    const nats = new ManagedProcess(path, ["-c", config]);
    started.push(nats);
    await nats.printed(/Server is ready/, READY_LIMIT_MS);
    const app = new ManagedProcess(process.execPath, [join(ROOT, "dev/start.ts")], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: String(port) },
    });
    started.push(app);
    await app.printed(/^ready /m, READY_LIMIT_MS);
  });
  afterAll(async () => {
    for (const one of started.reverse()) await one.stop();
  });

  test("a token from the worker reads a feed and publishes nothing", async () => {
    const user = createUser();
    const answer = await fetch(`${base}/api/token`, {
      method: "POST",
      headers: { Origin: base, "Content-Type": "application/json" },
      body: JSON.stringify({ nkey: user.getPublicKey() }),
    });
    expect(answer.status).toBe(200);
    const { jwt } = (await answer.json()) as { jwt: string };
    const viewer = await wsconnect({
      servers: natsUrl,
      authenticator: jwtAuthenticator(jwt, user.getSeed()),
      reconnect: false,
    });
    const creds = await readFile(join(folder, "nats/keys/publisher.creds"));
    const publisher = await connect({ servers: tcpUrl, authenticator: credsAuthenticator(creds) });
    const received: string[] = [];
    viewer.subscribe(SUBJECT, { callback: (_error, message) => void received.push(message.string()) });
    await viewer.flush();
    publisher.publish(SUBJECT, "from the publisher");
    await until("the publisher's event", () => received.length > 0);

    const errors: string[] = [];
    void (async () => {
      for await (const status of viewer.status())
        if (status.type === "error") errors.push(status.error.message);
    })();
    viewer.publish(SUBJECT, "from the viewer");
    viewer.subscribe("egos.secret", { callback: () => {} });
    await viewer.flush();
    await until("both refusals", () => errors.length === 2);
    expect(errors.map((text) => text.toLowerCase())).toEqual([
      `permissions violation for publish to "${SUBJECT}"`,
      'permissions violation for subscription to "egos.secret"',
    ]);
    publisher.publish(SUBJECT, "the last");
    await until("the last event", () => received.includes("the last"));
    expect(received).toEqual(["from the publisher", "the last"]);
    await Promise.all([viewer.close(), publisher.close()]);
  });

  test("the probe comes in, and finds that viewers can't publish", async () => {
    const health = (await (await fetch(`${base}/readyz`)).json()) as { status: string };
    expect(health.status).toBe("pass");
  });

  test.each([
    ["a page of another origin", () => "https://evil.example", 403],
    ["the page's own", () => base, 101],
  ])("to %s nats-server says what it must", async (_name, origin, status) => {
    const socket = new WebSocket(natsUrl, { origin: origin() });
    const answered = await new Promise<number | undefined>((resolve) => {
      socket.once("upgrade", ({ statusCode }) => resolve(statusCode));
      socket.once("unexpected-response", (_request, { statusCode }) => resolve(statusCode));
      socket.on("error", () => {});
    });
    socket.terminate();
    expect(answered).toBe(status);
  });

  test("no secret was shown, and nobody else may read one", async () => {
    expect(said).not.toMatch(SEEDS);
    expect(said).toContain("wrangler secret put NATS_SIGNING_KEY <");
    const keys = await readdir(join(folder, "nats/keys"));
    const files = [".dev.vars", ...keys.map((name) => `nats/keys/${name}`)];
    const modes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).mode & 0o777));
    expect(new Set(modes)).toEqual(new Set([0o600]));
  });

  test("nothing is ever written over", async () => {
    const files = [".dev.vars", "nats/nats-server.conf", "nats/keys/operator.nk"].map((file) =>
      join(folder, file),
    );
    const contents = () => Promise.all(files.map((file) => readFile(file, "utf8")));
    const before = await contents();
    const again = await setUp("--nats-url", natsUrl, "--folder", folder);
    expect(again).toMatchObject({ ok: false, output: expect.stringContaining(".dev.vars is there already") });
    expect(await contents()).toEqual(before);
  });
});

describe("npm run setup refuses with the reason, and writes nothing", () => {
  test.each([
    [[], /^--nats-url is missing/],
    [["--nats-url", "nats://a:4222"], /^the URL is "nats:\/\/a:4222": give one that begins with wss/],
    [["--nats-url", "wss://me:hush@a"], /^NATS_URL carries a user or password/],
    [["--nats-url", "wss://a", "--origin", "https://page/x"], /^the origin is "https:\/\/page\/x": give/],
    [["--nats-url", "wss://a", "--tls-cert", "c.pem"], /^--tls-cert and --tls-key belong together/],
    [["--nats-url", "wss://a", "--tcp-port", "0"], /^--tcp-port is "0": give a number from 1 to 65535/],
    [["--seed", "x"], /^Unknown option '--seed'/],
  ])("%j", async (args, reason) => {
    const empty = await mkdtemp(join(folder, "refused-"));
    const { ok, output } = await setUp(...args, "--folder", empty);
    expect(ok).toBe(false);
    expect(output).toMatch(reason);
    // Behind what it said stands the command as it was given.
    expect(output.split("Command failed")[0]).not.toContain("hush");
    expect(await readdir(empty)).toEqual([]);
  });
});
