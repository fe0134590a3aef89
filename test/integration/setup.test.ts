import { execFileSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { credsAuthenticator, jwtAuthenticator, wsconnect } from "@nats-io/nats-core";
import { createUser } from "@nats-io/nkeys";
import { connect } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { setUp } from "../support/servers/deployment.ts";
import { freePorts } from "../support/servers/nats-server.ts";
import { ROOT } from "../support/tools/cache.ts";
import { runCommand } from "../support/tools/command.ts";
import { ManagedProcess } from "../support/tools/managed-process.ts";
import { findNatsServer } from "../support/tools/nats-server.ts";
import { freePort } from "../support/tools/ports.ts";
import { until } from "../support/tools/until.ts";

const READY_LIMIT_MS = 60_000;
const SUBJECT = "egos.llm.logs";
const SEEDS = /S[AOU][A-Z2-7]{56}/;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mycelium-setup-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The product as after `git clone` and `npm ci`, in a folder of its own. */
async function cloneTo(clone: string): Promise<void> {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: ROOT,
  });
  for (const file of listed.toString().split("\0").filter(Boolean)) {
    await mkdir(dirname(join(clone, file)), { recursive: true });
    await cp(join(ROOT, file), join(clone, file), { force: true }).catch(unlessGone);
  }
  await symlink(join(ROOT, "node_modules"), join(clone, "node_modules"));
}

/** Whether a file is deleted but the deletion isn't committed. */
function unlessGone(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}

const FEED = {
  id: "orders",
  title: "Ana's orders",
  subject: "shop.orders",
  columns: [{ field: "id", title: "Id" }],
};

describe("following npm run setup's instructions in a fresh clone", () => {
  const started: ManagedProcess[] = [];
  let clone: string;
  let env: NodeJS.ProcessEnv;
  let commands: readonly string[];
  let base: string;
  let natsUrl: string;
  let tcpUrl: string;
  let setupOutput: string;

  beforeAll(async () => {
    const ports = await freePorts();
    const port = await freePort();
    base = `http://localhost:${port}`;
    natsUrl = `ws://127.0.0.1:${ports.webSocket}`;
    tcpUrl = `nats://127.0.0.1:${ports.tcp}`;
    clone = join(folder, "clone");
    await mkdir(join(clone, "bin"), { recursive: true });
    await cloneTo(clone);
    const { path } = await findNatsServer();
    await symlink(path, join(clone, "bin/nats-server"));
    const PATH = [join(clone, "bin"), join(clone, "node_modules/.bin"), process.env.PATH].join(delimiter);
    env = { PATH, HOME: process.env.HOME, PORT: String(port), WRANGLER_SEND_METRICS: "false" };
    const FEEDS = JSON.stringify([FEED, "llm"]);
    const flags = `--nats-url ${natsUrl} --origin ${base} --tcp-port ${ports.tcp}`;
    const written = await runCommand("sh", ["-c", `npm run --silent setup -- ${flags}`], {
      cwd: clone,
      env: { ...env, FEEDS },
    });
    expect(written.output).not.toMatch(/error/i);
    setupOutput = written.output;
    // Copied literally, as an operator would.
    commands = [...setupOutput.matchAll(/^ {2}(\S.*)$/gm)].map(([, command = ""]) => command);
    expect(commands).toHaveLength(4);
    const [nats, page] = commands.map((command) => () => {
      const running = new ManagedProcess("sh", ["-c", `exec ${command}`], {
        cwd: clone,
        env,
        leadsGroup: true,
      });
      started.push(running);
      return running;
    });
    await nats?.().printed(/Server is ready/, READY_LIMIT_MS);
    await page?.().printed(/^ready /m, READY_LIMIT_MS);
  });
  afterAll(async () => {
    for (const one of started.reverse()) await one.stop();
  });

  test("wrangler accepts the printed deploy command, including the feeds", async () => {
    const [, , secret = "", deploy = ""] = commands;
    expect(secret).toBe("npx wrangler secret put NATS_SIGNING_KEY < nats/keys/signing.nk");
    const { ok, output } = await runCommand("sh", ["-c", `${deploy} --dry-run`], { cwd: clone, env });
    expect(output).toContain("env.NATS_ACCOUNT");
    expect(output).toContain("env.FEEDS");
    expect(output).toContain("env.PUBLIC_URL");
    expect(ok).toBe(true);
  });

  test("the page shows the feeds that the role may read", async () => {
    const { feeds } = (await (await fetch(`${base}/api/config`)).json()) as { feeds: { subject: string }[] };
    expect(feeds.map(({ subject }) => subject)).toEqual([FEED.subject, SUBJECT]);
  });

  test("a token from the worker allows reading a feed, but no publishing", async () => {
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
    const creds = await readFile(join(clone, "nats/keys/publisher.creds"));
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

  test("the worker's probe connects, and confirms that viewers can't publish", async () => {
    const health = (await (await fetch(`${base}/readyz`)).json()) as { status: string };
    expect(health.status).toBe("pass");
  });

  test.each([
    ["a page of another origin", () => "https://evil.example", 403],
    ["the page's own origin", () => base, 101],
  ])("nats-server answers as expected to %s", async (_name, origin, status) => {
    const socket = new WebSocket(natsUrl, { origin: origin() });
    const answered = await new Promise<number | undefined>((resolve) => {
      socket.once("upgrade", ({ statusCode }) => resolve(statusCode));
      socket.once("unexpected-response", (_request, { statusCode }) => resolve(statusCode));
      socket.on("error", () => {});
    });
    socket.terminate();
    expect(answered).toBe(status);
  });

  test("setup check finds nothing wrong, including the page", async () => {
    const { ok, output } = await runCommand("sh", ["-c", `npm run --silent setup -- check --page ${base}`], {
      cwd: clone,
      env,
    });
    expect(output.split("\n")).toEqual(
      expect.arrayContaining([
        `ok    ${natsUrl} accepts pages of ${base}`,
        `ok    ${base} reaches NATS`,
        "ok    the worker uses the same servers",
        "ok    the worker uses the same feeds",
        "ok    the worker signs with this folder's key",
        "nothing is wrong",
      ]),
    );
    expect(ok).toBe(true);
  });

  test("shows no secret, and writes files that only this user may read", async () => {
    expect(setupOutput).not.toMatch(SEEDS);
    const keys = await readdir(join(clone, "nats/keys"));
    const files = [".dev.vars", ...keys.map((name) => `nats/keys/${name}`)];
    const modes = await Promise.all(files.map(async (file) => (await stat(join(clone, file))).mode & 0o777));
    expect(new Set(modes)).toEqual(new Set([0o600]));
  });

  test("never overwrites a file", async () => {
    const files = [".dev.vars", "nats/nats-server.conf", "nats/keys/operator.nk"].map((file) =>
      join(clone, file),
    );
    const contents = () => Promise.all(files.map((file) => readFile(file, "utf8")));
    const before = await contents();
    const again = await setUp(["--nats-url", natsUrl, "--folder", clone]);
    expect(again).toMatchObject({ ok: false, output: expect.stringContaining(".dev.vars already exists") });
    expect(await contents()).toEqual(before);
  });
});

test("for another folder or origin than npm start's, prints the further steps", async () => {
  const other = await mkdtemp(join(folder, "an other-"));
  const { ok, output } = await setUp([
    "--nats-url",
    "wss://a",
    "--origin",
    "https://page.example",
    "--folder",
    other,
  ]);
  expect(ok).toBe(true);
  expect(output).toContain(`  nats-server -c '${other}/nats/nats-server.conf'\n`);
  expect(output).toContain(
    `  cp -i '${other}/.dev.vars' . && npm start\n(NATS accepts only pages of https://page.example: first add`,
  );
});

test("refuses feeds that a token must not read before anything is written", async () => {
  const empty = await mkdtemp(join(folder, "refused-"));
  const flags = ["--nats-url", "wss://a", "--folder", empty];
  const { ok, output } = await setUp(flags, [{ ...FEED, subject: ">" }]);
  expect(ok).toBe(false);
  expect(output).toMatch(
    /^FEEDS\[0\]\.subject could let viewers read inboxes or system subjects: start it with a name/,
  );
  expect(await readdir(empty)).toEqual([]);
});

test("prints its usage and fails without a terminal and without a URL", async () => {
  const command = await runCommand(process.execPath, [join(ROOT, "dev/setup.ts"), "--folder", folder]);
  expect(command).toMatchObject({
    ok: false,
    output: expect.stringMatching(/^--nats-url is missing:\nnpm run setup/),
  });
});

describe("npm run setup refuses with the reason, and writes nothing", () => {
  test.each([
    [["--nats-url", "nats://a:4222"], /^--nats-url must be wss:\/\/ or ws:\/\/ URLs, separated by commas$/],
    [["--nats-url", "wss://a,me:hush@b"], /^--nats-url must be wss:\/\/ or ws:\/\/ URLs/],
    [["--nats-url", "wss://me:hush@a"], /^NATS_URL contains a user name or password/],
    [["--nats-url", "wss://a,wss://a"], /^NATS_URL\[1\] repeats another server: list each server once/],
    [["--nats-url", "wss://a", "--origin", "https://page/x"], /^"https:\/\/page\/x" is not an origin: give/],
    [
      ["--nats-url", "ws://a", "--origin", "https://page"],
      /^browsers don't let a page of https:\/\/page connect/,
    ],
    [
      ["--nats-url", "ws://127.0.0.1:4222"],
      /^localhost:4222 would be used twice \(--tcp-port and --websocket-/,
    ],
    [
      ["--nats-url", "wss://a:6222,wss://b"],
      /^a:6222 would be used twice \(--websocket-port and --cluster-port/,
    ],
    [
      ["--nats-url", "wss://a,wss://a/b"],
      /^a:443 would be used twice \(--websocket-port\): give other ports/,
    ],
    [["--nats-url", "wss://a", "--tls-cert", "", "--tls-key", ""], /^--tls-cert is empty: give it a value/],
    [["--nats-url", "wss://a", "--tls-cert", "c.pem"], /^--tls-cert and --tls-key belong together/],
    [["--nats-url", "wss://a", "--tcp-port", "0"], /^--tcp-port is "0": give a number from 1 to 65535/],
    [["--seed", "x"], /^Unknown option '--seed'/],
    [["purge"], /^unknown command "purge":/],
    [["stream", "ORDERS"], /^the stream's name or subjects are missing/],
    [["stream", "OR.DERS", "a.>"], /^the stream's name is "OR.DERS": give one without dots/],
    [["stream", "A", "a.>", "--max-bytes", "1GB"], /^--max-bytes is "1GB": give a size such as 500MiB/],
    [["stream", "A", "a.>", "--max-age", "week"], /^--max-age is "week": give a time such as 12h/],
    [["stream", "A", "a.>", "--replicas", "0"], /^--replicas is "0": give a whole number from 1 to 5/],
    [["rotate", "--via", "http://a"], /^--via is not a NATS URL/],
    [
      ["rotate"],
      /nats\/keys\/operator.nk doesn't exist: run this in the folder where npm run setup wrote its files/,
    ],
  ])("%j", async (args, reason) => {
    const empty = await mkdtemp(join(folder, "refused-"));
    const { ok, output } = await setUp([...args, "--folder", empty]);
    expect(ok).toBe(false);
    expect(output).toMatch(reason);
    expect(output).not.toContain("hush");
    expect(await readdir(empty)).toEqual([]);
  });
});
