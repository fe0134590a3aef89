import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../../test/support/tools/until.ts";
import { WebSocketPeer } from "./support/frames.ts";
import { connectLine, Peer } from "./support/peer.ts";

const MAIN = join(import.meta.dirname, "../main.ts");

let folder: string;
let child: ChildProcess | undefined;
let log = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simulator-"));
  log = "";
});

afterEach(async () => {
  if (child?.exitCode === null) {
    const gone = exited();
    child.kill("SIGKILL");
    await gone;
  }
  rmSync(folder, { recursive: true, force: true });
});

function run(...args: string[]): void {
  child = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  child.stdout?.on("data", (bytes) => {
    log += bytes;
  });
  child.stderr?.on("data", (bytes) => {
    log += bytes;
  });
}

function exited(): Promise<number | null> {
  return new Promise((resolve) => {
    if (child?.exitCode !== null) resolve(child?.exitCode ?? null);
    child?.once("exit", resolve);
  });
}

function configFile(text: string): string {
  const path = join(folder, "nats.conf");
  writeFileSync(path, text);
  return path;
}

const portsFile = (): string => join(folder, `nats-server_${child?.pid}.ports`);

interface Ports {
  readonly nats: [string];
  readonly monitoring: [string];
  readonly websocket: [string];
}

/** Starts it as a harness does, and reads the ports it got. */
async function serve(more = ""): Promise<{ tcp: number; webSocket: number; ports: Ports }> {
  run(
    "-c",
    configFile(`
    host: 127.0.0.1
    port: -1
    http: "127.0.0.1:-1"
    ports_file_dir: "${folder}"
    websocket { port: -1, no_tls: true }
    ${more}
  `),
  );
  await until("it is ready", () => log.includes("Server is ready"));
  const ports = JSON.parse(readFileSync(portsFile(), "utf8")) as Ports;
  return {
    tcp: Number(new URL(ports.nats[0]).port),
    webSocket: Number(new URL(ports.websocket[0]).port),
    ports,
  };
}

test("the ports file names every listener, and goes with the server", async () => {
  const { tcp, ports } = await serve();
  expect((await (await fetch(`${ports.monitoring[0]}/varz`)).json()) as object).toMatchObject({ port: tcp });
  child?.kill("SIGTERM");
  expect(await exited()).toBe(0);
  expect(existsSync(portsFile())).toBe(false);
});

test("SIGTERM and SIGINT end it in order: 1001 for WebSocket clients, exit code 0", async () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    log = "";
    const { webSocket } = await serve();
    const peer = await WebSocketPeer.dial(webSocket);
    peer.say(`${connectLine()}PING\r\n`);
    await peer.hear("PONG\r\n");
    child?.kill(signal);
    expect(await peer.end()).toEqual({ heard: "", code: 1001, reason: "Server Shutdown" });
    expect(await exited()).toBe(0);
  }
});

test("--signal ldm is lame duck: clients are told, closed one by one, and then it ends", async () => {
  const { tcp } = await serve('lame_duck_grace_period: "100ms"\nlame_duck_duration: "200ms"');
  const peer = await Peer.dial(tcp);
  await peer.info();
  peer.send(`${connectLine({ protocol: 1 })}PING\r\n`);
  await peer.untilPong();
  execFileSync(process.execPath, [MAIN, "--signal", `ldm=${child?.pid}`]);
  expect(await peer.rest()).toContain('"ldm":true');
  expect(await exited()).toBe(0);
});

test("a second SIGUSR2 changes nothing: the lame duck takes its time", async () => {
  const { tcp } = await serve('lame_duck_grace_period: "200ms"\nlame_duck_duration: "400ms"');
  const peer = await Peer.dial(tcp);
  await peer.info();
  peer.send(`${connectLine({ protocol: 1 })}PING\r\n`);
  await peer.untilPong();
  child?.kill("SIGUSR2");
  await peer.waitFor(() => peer.received.includes('"ldm":true'));
  child?.kill("SIGUSR2");
  peer.send("PING\r\n");
  expect(await peer.untilPong()).toContain("PONG\r\n");
  expect(await exited()).toBe(0);
});

test("SIGHUP reads the file again: who comes from then on needs the new token", async () => {
  const { tcp } = await serve("authorization { token: old }");
  const path = join(folder, "nats.conf");
  writeFileSync(path, readFileSync(path, "utf8").replace("token: old", "token: new"));
  child?.kill("SIGHUP");
  await until("it has reloaded", () => log.includes("Reloaded server configuration"));
  const enter = async (token: string): Promise<string> => {
    const peer = await Peer.dial(tcp);
    await peer.info();
    peer.send(`${connectLine({ auth_token: token })}PING\r\n`);
    const heard = await peer.untilPong();
    peer.close();
    return heard;
  };
  expect([await enter("new"), await enter("old")]).toEqual([
    "PONG\r\n",
    "-ERR 'Authorization Violation'\r\n",
  ]);
});

test("SIGHUP with a broken file changes nothing and says why", async () => {
  const { tcp } = await serve();
  configFile("port: high");
  child?.kill("SIGHUP");
  await until("it has refused", () =>
    log.includes("Failed to reload server configuration: line 1: port must be a whole number"),
  );
  (await Peer.dial(tcp)).close();
});

test("SIGUSR1, at which nats-server reopens its log, does no harm", async () => {
  const { tcp } = await serve();
  child?.kill("SIGUSR1");
  const peer = await Peer.dial(tcp);
  await peer.info();
  peer.close();
  expect(log).not.toContain("Debugger");
});

test.each([
  { args: ["-js"], says: "nats-server: -js is not supported" },
  { args: ["-c", "/nonexistent/nats.conf"], says: "/nonexistent/nats.conf" },
])("a command line that can't be followed ends with code 1 and one line: $args", async ({ args, says }) => {
  run(...args);
  expect(await exited()).toBe(1);
  expect(log).toContain(says);
  expect(log.trim().split("\n")).toHaveLength(1);
});

test("a pid file that can't be written ends it, a ports file doesn't; both are named", async () => {
  run("-p", "-1", "--pid", "/nonexistent/pid");
  expect(await exited()).toBe(1);
  expect(log).toContain("nats-server: Could not write pidfile: ENOENT");
  await serve('ports_file_dir: "/nonexistent"').catch(() => {});
  await until("it has said so", () => log.includes("[ERR] Error writing ports file: ENOENT"));
  expect(log).toContain("Server is ready");
});

test("a taken port ends it with code 1 and names the address", async () => {
  const { tcp } = await serve();
  const first = child;
  run("-a", "127.0.0.1", "-p", String(tcp));
  expect(await exited()).toBe(1);
  expect(log).toContain(`Error listening on port: 127.0.0.1:${tcp}, "listen tcp`);
  first?.kill("SIGKILL");
});
