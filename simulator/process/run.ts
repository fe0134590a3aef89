import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { type Configuration, readConfiguration } from "../config/options.ts";
import { NATS_VERSION } from "../identity.ts";
import { resolveSettings } from "../settings.ts";
import { type Simulator, startSimulator } from "../simulator.ts";
import { type CommandLine, combine, type Flags, KNOWN_FLAGS, readFlags } from "./flags.ts";
import { openLog } from "./log.ts";
import { onNpmGone } from "./npm-wrapper.ts";
import { writePortsFile } from "./ports-file.ts";

type RunLine = Extract<CommandLine, { readonly flags: Flags }>;

try {
  const line = readFlags(process.argv.slice(2));
  if (line.do === "version") process.stdout.write(`nats-server: v${NATS_VERSION}\n`);
  else if (line.do === "help")
    process.stdout.write(`usage: simulator [flags], as nats-server: ${KNOWN_FLAGS.join(", ")}\n`);
  else if (line.do === "signal") process.kill(line.order.pid, line.order.signal);
  else if (line.do === "check") check(line);
  else await run(line);
} catch (error) {
  process.stderr.write(`nats-server: ${(error as Error).message}\n`);
  process.exitCode = 1;
}

function configure({ configFile, flags }: RunLine): Configuration {
  const readFile = (path: string): string => readFileSync(path, "utf8");
  const file =
    configFile === undefined ? undefined : readConfiguration(readFile(configFile), process.env, readFile);
  return combine(flags, file, readFile);
}

function check(line: RunLine): void {
  resolveSettings(configure(line).options);
  process.stderr.write(`nats-server: configuration file ${line.configFile} is valid\n`);
}

async function run(line: RunLine): Promise<void> {
  const { options, process: around } = configure(line);
  const log = openLog(around.logFile);
  log("INF", "Starting the NATS simulator");
  log("INF", `  Version:  ${NATS_VERSION} (simulated)`);
  const simulator = await startSimulator(options);
  announce(simulator, log);
  const cleanUps: (() => void)[] = [];
  // As in nats-server, a ports file that can't be written is not fatal, but a pid file is.
  try {
    if (around.portsFileDir !== undefined) cleanUps.push(writePortsFile(around.portsFileDir, simulator));
  } catch (error) {
    log("ERR", `Error writing ports file: ${(error as Error).message}`);
  }
  const { pidFile } = around;
  if (pidFile !== undefined) {
    try {
      writeFileSync(pidFile, String(process.pid));
    } catch (error) {
      await simulator.stop();
      throw new Error(`Could not write pidfile: ${(error as Error).message}`);
    }
    cleanUps.push(() => rmSync(pidFile, { force: true }));
  }
  const leave = async (): Promise<void> => {
    log("INF", "Initiating Shutdown...");
    await simulator.stop();
    for (const cleanUp of cleanUps) cleanUp();
    log("INF", "Server Exiting..");
    process.exit(0);
  };
  onNpmGone(() => void leave());
  process.once("SIGTERM", () => void leave());
  process.once("SIGINT", () => void leave());
  let isLameDuck = false;
  process.on("SIGUSR2", () => {
    if (isLameDuck) return;
    isLameDuck = true;
    log("INF", "Entering lame duck mode, stop accepting new clients");
    void simulator.faults.lameDuck().then(() => leave());
  });
  // nats-server reopens its log at SIGUSR1; Node would start its debugger.
  process.on("SIGUSR1", () => {});
  process.on("SIGHUP", () => reload(simulator, line, log));
  // Logged last: a harness may send a signal as soon as it reads this.
  log("INF", "Server is ready");
}

function reload(simulator: Simulator, line: RunLine, log: ReturnType<typeof openLog>): void {
  try {
    simulator.reload(configure(line).options);
    log("INF", "Reloaded server configuration");
  } catch (error) {
    log("ERR", `Failed to reload server configuration: ${(error as Error).message}`);
  }
}

function announce(simulator: Simulator, log: ReturnType<typeof openLog>): void {
  const { monitorUrl, webSocketUrl, tcpUrl, controlUrl } = simulator;
  if (monitorUrl !== "") log("INF", `Starting http monitor on ${new URL(monitorUrl).host}`);
  if (webSocketUrl !== "") log("INF", `Listening for websocket clients on ${webSocketUrl}`);
  log("INF", `Listening for client connections on ${new URL(tcpUrl).host}`);
  if (controlUrl !== "")
    log("WRN", `Fault control on ${controlUrl}: anybody on this machine can break this server`);
}
