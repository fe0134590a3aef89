import { execFileSync } from "node:child_process";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { connect } from "@nats-io/transport-node";
import { afterEach, describe, expect, test } from "vitest";
import type { Broker } from "../support/broker.ts";
import { ManagedProcess } from "../support/managed-process.ts";
import { startNatsServer } from "../support/nats-server.ts";
import { freePort } from "../support/ports.ts";
import { ROOT } from "../support/tools/cache.ts";
import { until, untilEqual } from "../support/until.ts";

const READY_LIMIT_MS = 60_000;

let started: ManagedProcess | undefined;
let broker: Broker | undefined;
afterEach(async () => {
  await started?.stop();
  await broker?.stop();
  started = undefined;
  broker = undefined;
});

function start(env: NodeJS.ProcessEnv): ManagedProcess {
  started = new ManagedProcess(process.execPath, [join(ROOT, "dev/start.ts")], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  });
  return started;
}

async function json(url: string): Promise<Record<string, unknown>> {
  return (await fetch(url)).json() as Promise<Record<string, unknown>>;
}

interface Row {
  readonly pid: number;
  readonly parent: number;
}

/** The processes that run; one that has ended and only waits for its parent to notice doesn't. */
function runningProcesses(): Row[] {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid=,stat="], { encoding: "utf8" }).trim().split("\n");
  return lines.flatMap((line) => {
    const [pid, parent, state = ""] = line.trim().split(/\s+/);
    return state.startsWith("Z") ? [] : [{ pid: Number(pid), parent: Number(parent) }];
  });
}

/** The runtime that holds the product's port; wrangler starts others behind it. */
function runtimeOn(port: number, pids: readonly number[]): number {
  const found = pids.find((pid) =>
    execFileSync("ps", ["-p", String(pid), "-o", "args="], { encoding: "utf8" }).includes(
      `--socket-addr=entry=127.0.0.1:${port}`,
    ),
  );
  if (found === undefined) throw new Error(`no runtime of ${pids} has port ${port}`);
  return found;
}

function descendants(ancestor: number): number[] {
  const rows = runningProcesses();
  const below = (parent: number): number[] =>
    rows.flatMap((row) => (row.parent === parent ? [row.pid, ...below(row.pid)] : []));
  return below(ancestor);
}

/** A killed process may take a moment to go. */
async function untilGone(pids: readonly number[]): Promise<void> {
  await untilEqual(() => runningProcesses().filter(({ pid }) => pids.includes(pid)), [], 10_000);
}

async function canListen(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

describe("npm start", () => {
  test("serves the page on the simulator's live events, and one Ctrl-C ends everything", async () => {
    const port = await freePort();
    const simulatorPort = await freePort();
    const app = start({ PORT: String(port), SIMULATOR_PORT: String(simulatorPort) });
    await app.printed(new RegExp(`^ready http://localhost:${port}$`, "m"), READY_LIMIT_MS);
    const natsUrl = `nats://127.0.0.1:${simulatorPort}`;
    await app.printed(new RegExp(`^publish with any NATS client to ${natsUrl}$`, "m"), 5000);
    const base = `http://localhost:${port}`;

    expect(await (await fetch(base)).text()).toContain('<div id="app">');
    const config = await json(`${base}/api/config`);
    expect(config.servers).toEqual([expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+$/)]);
    expect(config.demo).toEqual({ controlUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
    expect(await json(`${base}/readyz`)).toMatchObject({ status: "pass" });

    const client = await connect({ servers: natsUrl });
    const seen = new Set<string>();
    for (const subject of ["egos.sparc.tasks", "egos.llm.logs", "egos.propagation.log"]) {
      client.subscribe(subject, { callback: (_error, message) => void seen.add(message.subject) });
    }
    await until("an event on each subject", () => seen.size === 3, 30_000);
    await client.close();

    const family = descendants(app.pid);
    expect(family.length).toBeGreaterThan(0);
    app.signal("SIGINT");
    expect(await app.exited).toEqual({ code: 0, signal: null });
    await untilGone(family);
    expect(await canListen(port)).toBe(true);
  });

  test("serves the user's own NATS and starts no simulator", async () => {
    broker = await startNatsServer();
    const port = await freePort();
    const app = start({ PORT: String(port), NATS_URL: broker.webSocketUrl, NAME: "Ours" });
    await app.printed(/^ready /m, READY_LIMIT_MS);
    expect(app.output).not.toContain("publish with");
    expect(await json(`http://localhost:${port}/api/config`)).toMatchObject({
      name: "Ours",
      servers: [broker.webSocketUrl],
      demo: null,
    });
    expect(await json(`http://localhost:${port}/readyz`)).toMatchObject({ status: "pass" });
  });

  test("a Ctrl-C before it is ready leaves nothing behind", async () => {
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

describe("what goes wrong later", () => {
  test("when wrangler dies it says so and ends, with nothing left behind", async () => {
    broker = await startNatsServer();
    const app = start({ PORT: String(await freePort()), NATS_URL: broker.webSocketUrl });
    await app.printed(/^ready /m, READY_LIMIT_MS);
    const family = descendants(app.pid);
    const [wrangler] = family;
    if (wrangler === undefined) throw new Error("no child");
    process.kill(wrangler, "SIGKILL");
    expect(await app.exited).toEqual({ code: 1, signal: null });
    expect(app.output).toContain("wrangler dev ended (SIGKILL)");
    await untilGone(family);
  });

  test("when the runtime under wrangler dies and no longer answers, it says so and ends", async () => {
    broker = await startNatsServer();
    const port = await freePort();
    const app = start({ PORT: String(port), NATS_URL: broker.webSocketUrl });
    await app.printed(/^ready /m, READY_LIMIT_MS);
    const family = descendants(app.pid);
    process.kill(runtimeOn(port, family), "SIGKILL");
    expect(await app.exited).toEqual({ code: 1, signal: null });
    expect(app.output).toContain("wrangler dev doesn't answer any more");
    await untilGone(family);
  });
});

describe("npm start refuses with one line", () => {
  const onlyLine = async (env: NodeJS.ProcessEnv): Promise<string> => {
    const app = start(env);
    expect(await app.exited).toEqual({ code: 1, signal: null });
    const lines = app.output.trimEnd().split("\n");
    expect(lines).toHaveLength(1);
    return lines[0] ?? "";
  };

  test.each([
    [{ PORT: "http" }, /^PORT is "http": give a number from 1 to 65535$/],
    [{ PORT: "0" }, /^PORT is "0": give a number from 1 to 65535$/],
    [{ SIMULATOR_PORT: "nats" }, /^SIMULATOR_PORT is "nats": give a number from 1 to 65535$/],
    [{ NATS_URL: "http://127.0.0.1:9222" }, /^NATS_URL is "http:.*": give ws:\/\/ instead of http:\/\/$/],
    [
      { NATS_URL: "nats://127.0.0.1:4222" },
      /^NATS_URL is "nats:.*": browsers can't speak raw NATS: give the port/,
    ],
    [{ NATS_URL: "ws://me:hush@127.0.0.1:9222" }, /^NATS_URL carries a user or password: remove/],
    [{ NATS_URL: "127.0.0.1:9222" }, /^NATS_URL is "127.0.0.1:9222", not a URL: give/],
    [{ FEEDS: "[" }, /^FEEDS is not JSON \(.*\): give a JSON array of feeds$/],
    [{ FEEDS: '["llm", {"id":"a","title":"A","subject":"a b"}]' }, /^FEEDS\[1\]\.\w+ is /],
  ])("%j", async (env, line) => {
    const port = String(await freePort());
    const said = await onlyLine({ PORT: port, ...env });
    expect(said).toMatch(line);
    expect(said).not.toContain("hush");
  });

  describe("what only a look at the port tells", () => {
    let server: Server | undefined;
    afterEach(() => server?.close());

    test("PORT taken", async () => {
      const port = await freePort();
      const taker = createServer();
      server = taker;
      await new Promise<void>((resolve) => taker.listen(port, "127.0.0.1", resolve));
      expect(await onlyLine({ PORT: String(port) })).toBe(
        `PORT ${port} is taken: stop what listens there, or give another PORT`,
      );
    });

    test("NATS_URL names nats-server's plain TCP port", async () => {
      broker = await startNatsServer();
      const url = broker.tcpUrl.replace("nats:", "ws:");
      const said = await onlyLine({ PORT: String(await freePort()), NATS_URL: url });
      expect(said).toMatch(
        /^NATS_URL ws:\S+ is NATS's plain TCP port, .*: give the port of nats-server's `websocket`/,
      );
    });
  });
});
