import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Feed } from "../../contract/feed.ts";
import type { Status } from "../../contract/status.ts";
import { createLog } from "../../serve/log.ts";
import { Supervisor } from "../../serve/supervisor.ts";
import { connectPublisher } from "../support/clients/publisher.ts";
import type { Broker } from "../support/servers/broker.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { ROOT } from "../support/tools/cache.ts";
import { ManagedProcess } from "../support/tools/managed-process.ts";
import { canListen, freePort } from "../support/tools/ports.ts";
import { descendants, untilGone, workerdAmong } from "../support/tools/processes.ts";
import { textOf } from "../support/tools/texts.ts";
import { until } from "../support/tools/until.ts";

const READY_LIMIT_MS = 60_000;

let started: ManagedProcess | undefined;
let broker: Broker | undefined;
let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "mycelium-start-"));
});
afterEach(async () => {
  await started?.stop();
  await broker?.stop();
  started = undefined;
  broker = undefined;
  await rm(data, { recursive: true });
});

function start(env: NodeJS.ProcessEnv): ManagedProcess {
  started = new ManagedProcess(process.execPath, [join(ROOT, "dev/start.ts")], {
    // Runs in another folder, so that it doesn't read the developer's .dev.vars.
    cwd: data,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, DATA: data, ...env },
  });
  return started;
}

async function json(url: string): Promise<Record<string, unknown>> {
  return (await fetch(url)).json() as Promise<Record<string, unknown>>;
}

/** Minutes of NATS failures in the history. */
async function failedMinutes(base: string): Promise<number> {
  const { quarter } = (await json(`${base}/api/status`)) as unknown as Status;
  return quarter.reduce((sum, { fail }) => sum + fail, 0);
}

describe("npm start", () => {
  test("serves the page with the simulator's live events, and ends everything at a Ctrl-C", async () => {
    const port = await freePort();
    const simulatorPort = await freePort();
    const app = start({ PORT: String(port), SIMULATOR_PORT: String(simulatorPort) });
    await app.printed(new RegExp(`^ready http://localhost:${port}$`, "m"), READY_LIMIT_MS);
    const natsUrl = `nats://127.0.0.1:${simulatorPort}`;
    await app.printed(new RegExp(`^publish with any NATS client to ${natsUrl}$`, "m"), READY_LIMIT_MS);
    const base = `http://localhost:${port}`;

    expect(await (await fetch(base)).text()).toContain('<div id="app">');
    const config = await json(`${base}/api/config`);
    expect(config.servers).toEqual([expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+$/)]);
    expect(config.demo).toEqual({ controlUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
    expect(await json(`${base}/readyz`)).toMatchObject({ status: "pass" });

    const client = await connectPublisher(natsUrl);
    for (const { subject, stream } of config.feeds as Feed[]) {
      expect(stream).toMatchObject({
        name: "EGOS",
        history: { last: 200 },
        republished: `stored.${subject}`,
      });
      const last = await client.request("$JS.API.DIRECT.GET.EGOS", JSON.stringify({ last_by_subj: subject }));
      expect(last.headers?.get("Nats-Subject")).toBe(subject);
    }
    expect(app.output).toMatch(new RegExp(`^telemetry board on the same server: ${base}/#panel=\\S+$`, "m"));
    const seen = new Set<string>();
    for (const subject of ["egos.sparc.tasks", "egos.llm.logs", "egos.propagation.log"]) {
      client.subscribe(subject, { callback: (_error, message) => void seen.add(message.subject) });
    }
    await until("an event on each subject", () => seen.size === 3);
    await client.close();

    const family = descendants(app.pid);
    expect(family.length).toBeGreaterThan(0);
    app.signal("SIGINT");
    expect(await app.exited).toEqual({ code: 0, signal: null });
    await untilGone(family);
    expect(await canListen(port)).toBe(true);
  });

  test("uses the user's own NATS, and starts no simulator", async () => {
    broker = await startNatsServer();
    const port = await freePort();
    const app = start({ PORT: String(port), NATS_URL: broker.webSocketUrl, PAGE_NAME: "Ours" });
    await app.printed(/^ready /m, READY_LIMIT_MS);
    expect(await json(`http://localhost:${port}/api/config`)).toMatchObject({
      name: "Ours",
      servers: [broker.webSocketUrl],
      demo: null,
    });
    expect(await json(`http://localhost:${port}/readyz`)).toMatchObject({ status: "pass" });
    await app.stop();
    // A simulator would print its URL when it is ready.
    expect(app.output).not.toContain("publish with");
  });

  test("ending npm, as a script or service manager does, ends everything", async () => {
    broker = await startNatsServer();
    const { scripts } = JSON.parse(textOf("package.json")) as { scripts: { start: string } };
    // The script of package.json, in a folder of the test's own.
    const script = scripts.start.replace("dev/start.ts", join(ROOT, "dev/start.ts"));
    await writeFile(join(data, "package.json"), JSON.stringify({ scripts: { start: script } }));
    // Some shells exec their last command; with another command behind it, none does.
    const shell = join(data, "shell");
    await writeFile(shell, '#!/bin/sh\nexec sh -c "$2\n:"\n', { mode: 0o700 });
    const PATH = `${join(ROOT, "node_modules/.bin")}:${process.env.PATH}`;
    const port = await freePort();
    const settings = { DATA: data, PORT: String(port), NATS_URL: broker.webSocketUrl };
    const env = { PATH, HOME: data, npm_config_script_shell: shell, ...settings };
    const npm = new ManagedProcess("npm", ["start"], { cwd: data, env, leadsGroup: true });
    started = npm;
    await npm.printed(/^ready /m, READY_LIMIT_MS);
    const family = descendants(npm.pid);
    // Only npm is signalled: its process group is used to find leftovers.
    process.kill(npm.pid, "SIGTERM");
    await untilGone(family);
    expect(await canListen(port)).toBe(true);
  });

  test("a Ctrl-C during the start leaves nothing behind", async () => {
    const port = await freePort();
    const app = start({ PORT: String(port) });
    const family = await until(
      "the first child",
      () => {
        const pids = descendants(app.pid);
        return pids.length > 0 ? pids : null;
      },
      READY_LIMIT_MS,
    );
    app.signal("SIGINT");
    expect(await app.exited).toEqual({ code: 0, signal: null });
    await untilGone(family);
  });
});

describe("failures after the start", () => {
  test("replaces a killed workerd, serves the page again and keeps the history", async () => {
    broker = await startNatsServer();
    const port = await freePort();
    const app = start({ PORT: String(port), NATS_URL: broker.webSocketUrl });
    await app.printed(/^ready /m, READY_LIMIT_MS);
    const base = `http://localhost:${port}`;
    await broker.kill();
    await until("the failure", async () => (await json(`${base}/readyz`)).status === "fail");
    expect(await failedMinutes(base)).toBeGreaterThan(0);
    // From here on NATS is healthy: failures in the history are from before the kill.
    await broker.restart();

    const killed = workerdAmong(descendants(app.pid));
    process.kill(killed, "SIGKILL");
    await app.printed(/^error: workerd ended \(SIGKILL\): restarting it$/m, READY_LIMIT_MS);
    const page = await until("the page", () => fetch(base));
    expect(await page.text()).toContain('<div id="app">');
    expect(await json(`${base}/readyz`)).toMatchObject({ status: "pass" });
    expect(await failedMinutes(base)).toBeGreaterThan(0);
    const family = descendants(app.pid);
    expect(workerdAmong(family)).not.toBe(killed);

    app.signal("SIGTERM");
    expect(await app.exited).toEqual({ code: 0, signal: null });
    await untilGone(family);
  });
});

describe("a port", () => {
  test("is free again after npm start was killed, because its workerd ends with it", async () => {
    broker = await startNatsServer();
    const env = { PORT: String(await freePort()), NATS_URL: broker.webSocketUrl };
    const first = start(env);
    await first.printed(/^ready /m, READY_LIMIT_MS);
    const family = descendants(first.pid);
    workerdAmong(family);
    await first.stop("SIGKILL");
    await untilGone(family);
    const second = start(env);
    await second.printed(/^ready /m, READY_LIMIT_MS);
    expect((await fetch(`http://localhost:${env.PORT}`)).status).toBe(200);
  });

  test("that another process took after the check is reported in one line", async () => {
    broker = await startNatsServer();
    const env = { PORT: String(await freePort()), NATS_URL: broker.webSocketUrl };
    await start(env).printed(/^ready /m, READY_LIMIT_MS);
    const lines: string[] = [];
    const loser = new Supervisor({
      folder: join(ROOT, "build"),
      host: "127.0.0.1",
      port: Number(env.PORT),
      data,
      settings: { NATS_URL: broker.webSocketUrl },
      log: createLog("text", [], (line) => void lines.push(line)),
    });
    await expect(loser.ready()).rejects.toThrow(
      /^PORT \d+ is already in use: stop the program that uses it, or give another PORT$/,
    );
    expect(lines).toEqual([]);
  });
});

test("a history that can't be opened is reported in one line, which says what to do", async () => {
  const supervisor = (): Supervisor =>
    new Supervisor({
      folder: join(ROOT, "build"),
      host: "127.0.0.1",
      port: 0,
      data,
      settings: { NATS_URL: "ws://127.0.0.1:9222" },
      log: createLog("text", [], () => {}),
    });
  const problem = (cause: string) =>
    new RegExp(`^the history in ${data}/objects can't be opened \\(${cause}\\): [^\n]*give another DATA$`);
  await writeFile(join(data, "objects"), "");
  expect(supervisor).toThrow(problem("EEXIST"));
  await rm(join(data, "objects"));
  await mkdir(join(data, "objects", "Observatory"), { recursive: true });
  await writeFile(join(data, "objects", "Observatory", "metadata.sqlite"), "x".repeat(9000));
  await expect(supervisor().ready()).rejects.toThrow(problem("SQLITE_NOTADB"));
});

describe("npm start refuses", () => {
  const refusal = async (env: NodeJS.ProcessEnv): Promise<readonly string[]> => {
    const app = start(env);
    expect(await app.exited).toEqual({ code: 1, signal: null });
    return app.output.trimEnd().split("\n");
  };

  test("all problems at once, each in one line with its source", async () => {
    await writeFile(join(data, ".dev.vars"), 'FEEDS="["\nAUTH_MODE=jwt\n');
    const refusalText = await refusal({ PORT: "65536", NATS_URL: "ws://127.0.0.1:6000", NATS_ACCOUNT: "x" });
    expect(refusalText).toEqual([
      expect.stringMatching(/^PORT is "65536": .* \(from the environment\)$/),
      expect.stringMatching(/^NATS_URL .*6000.* \(from the environment\)$/),
      expect.stringMatching(/^FEEDS .*JSON.* \(from \.dev\.vars\)$/),
      expect.stringMatching(/^NATS_SIGNING_KEY is not set: .*[^)]$/),
      expect.stringMatching(/^NATS_ACCOUNT is .* \(from the environment\)$/),
    ]);
  });

  test("a port that is in use", async () => {
    const port = await freePort();
    const taker = createServer();
    await new Promise<void>((resolve) => taker.listen(port, "127.0.0.1", resolve));
    try {
      expect(await refusal({ PORT: String(port) })).toEqual([
        `PORT ${port} is already in use: stop the program that uses it, or give another PORT (from the environment)`,
      ]);
    } finally {
      taker.close();
    }
  });
});
