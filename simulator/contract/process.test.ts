import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join as joinPath } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ManagedProcess } from "../../test/support/tools/managed-process.ts";
import { until } from "../../test/support/tools/until.ts";
import { enter, REFUSED, WELCOME } from "./support/enter.ts";
import { Peer } from "./support/peer.ts";
import { join, joinWebSocket } from "./support/simulated.ts";

const MAIN = joinPath(import.meta.dirname, "../main.ts");

let folder: string;
/** The simulator process that was started last. */
let server: ManagedProcess;
let started: ManagedProcess[];

beforeEach(() => {
  folder = mkdtempSync(joinPath(tmpdir(), "simulator-"));
  started = [];
});

afterEach(async () => {
  await Promise.all(started.map((one) => one.stop("SIGKILL")));
  rmSync(folder, { recursive: true, force: true });
});

function run(...args: string[]): void {
  server = new ManagedProcess(process.execPath, [MAIN, ...args]);
  started.push(server);
}

const exitCode = async (): Promise<number | null> => (await server.exited).code;

function configFile(text: string): string {
  const path = joinPath(folder, "nats.conf");
  writeFileSync(path, text);
  return path;
}

const portsFile = (): string => joinPath(folder, `nats-server_${server.pid}.ports`);

interface Ports {
  readonly nats: [string];
  readonly monitoring: [string];
  readonly websocket: [string];
}

/** Starts the simulator as a test harness does, and reads its ports from the ports file. */
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
  await until("it is ready", () => server.output.includes("Server is ready"));
  const ports = JSON.parse(readFileSync(portsFile(), "utf8")) as Ports;
  return {
    tcp: Number(new URL(ports.nats[0]).port),
    webSocket: Number(new URL(ports.websocket[0]).port),
    ports,
  };
}

test("the ports file names every listener, and is deleted when the server ends", async () => {
  const { tcp, ports } = await serve();
  expect((await (await fetch(`${ports.monitoring[0]}/varz`)).json()) as object).toMatchObject({ port: tcp });
  server.signal("SIGTERM");
  expect(await exitCode()).toBe(0);
  expect(existsSync(portsFile())).toBe(false);
});

test("SIGTERM and SIGINT end it in order: 1001 for WebSocket clients, exit code 0", async () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    const peer = await joinWebSocket((await serve()).webSocket);
    server.signal(signal);
    expect(await peer.end()).toEqual({ heard: "", code: 1001, reason: "Server Shutdown" });
    expect(await exitCode()).toBe(0);
  }
});

test("--signal ldm is lame duck: clients are informed and closed one by one, then the process ends", async () => {
  const { tcp } = await serve('lame_duck_grace_period: "100ms"\nlame_duck_duration: "200ms"');
  const peer = await join(tcp, "", { protocol: 1 });
  execFileSync(process.execPath, [MAIN, "--signal", `ldm=${server.pid}`]);
  expect(await peer.rest()).toContain('"ldm":true');
  expect(await exitCode()).toBe(0);
});

test("a second SIGUSR2 changes nothing: lame duck mode takes as long as before", async () => {
  const { tcp } = await serve('lame_duck_grace_period: "60s"\nlame_duck_duration: "120s"');
  const peer = await join(tcp, "", { protocol: 1 });
  server.signal("SIGUSR2");
  await peer.waitFor(() => peer.received.includes('"ldm":true'));
  server.signal("SIGUSR2");
  // The first answer may overtake the signal, the second can't.
  for (let turn = 0; turn < 2; turn++) {
    peer.send("PING\r\n");
    expect(await peer.untilPong()).toContain("PONG\r\n");
  }
  server.signal("SIGTERM");
  expect(await exitCode()).toBe(0);
});

test("SIGHUP reads the file again: later clients need the new token", async () => {
  const { tcp } = await serve("authorization { token: old }");
  const path = joinPath(folder, "nats.conf");
  writeFileSync(path, readFileSync(path, "utf8").replace("token: old", "token: new"));
  server.signal("SIGHUP");
  await until("it has reloaded", () => server.output.includes("Reloaded server configuration"));
  expect(await enter(tcp, { auth_token: "new" })).toEqual(WELCOME);
  expect(await enter(tcp, { auth_token: "old" })).toEqual(REFUSED);
});

test("SIGHUP with a broken file changes nothing and says why", async () => {
  const { tcp } = await serve();
  configFile("port: high");
  server.signal("SIGHUP");
  await until("it has refused", () =>
    server.output.includes("Failed to reload server configuration: line 1: port must be a whole number"),
  );
  (await Peer.dial(tcp)).close();
});

test("SIGUSR1, at which nats-server reopens its log, does no harm", async () => {
  const { tcp } = await serve();
  server.signal("SIGUSR1");
  const peer = await Peer.dial(tcp);
  await peer.info();
  peer.close();
  expect(server.output).not.toContain("Debugger");
});

test.each([
  { args: ["-js"], says: "nats-server: -js is not supported" },
  { args: ["-c", "/nonexistent/nats.conf"], says: "/nonexistent/nats.conf" },
])("a command line that can't be followed ends with code 1 and one line: $args", async ({ args, says }) => {
  run(...args);
  expect(await exitCode()).toBe(1);
  expect(server.output).toContain(says);
  expect(server.output.trim().split("\n")).toHaveLength(1);
});

test("a pid file that can't be written ends the process, a ports file doesn't; the log names both", async () => {
  run("-p", "-1", "--pid", "/nonexistent/pid");
  expect(await exitCode()).toBe(1);
  expect(server.output).toContain("nats-server: Could not write pidfile: ENOENT");
  await serve('ports_file_dir: "/nonexistent"').catch(() => {});
  await until("it has said so", () => server.output.includes("[ERR] Error writing ports file: ENOENT"));
  expect(server.output).toContain("Server is ready");
});

test("a taken port ends it with code 1 and names the address", async () => {
  const { tcp } = await serve();
  run("-a", "127.0.0.1", "-p", String(tcp));
  expect(await exitCode()).toBe(1);
  expect(server.output).toContain(`Error listening on port: 127.0.0.1:${tcp}, "listen tcp`);
});
