import { readFileSync } from "node:fs";
import { startNatsServer } from "../../../test/support/servers/nats-server.ts";
import { readConfiguration } from "../../config/options.ts";
import { type SimulatorOptions, startSimulator } from "../../index.ts";

/** A server that the contract is tested on. */
export interface Server {
  readonly tcpPort: number;
  readonly webSocketPort: number;
  readonly monitorUrl: string;
  /** Applies another configuration while the server runs (SIGHUP); rejects when the server refuses it. */
  reload(config: ServerConfig): Promise<void>;
  stop(): Promise<void>;
}

/** Names of the servers that must all keep the contract. */
export type TargetName = "simulator" | "nats-server 2.15" | "nats-server 2.9.10";

/** Additions to the basic configuration, in nats-server's format. */
export interface ServerConfig {
  readonly top?: string;
  readonly webSocket?: string;
}

/** A kind of server to test. */
export interface Target {
  readonly name: TargetName;
  start(config?: ServerConfig): Promise<Server>;
}

/** The simulator and both releases of nats-server, all started from the same configuration text. */
export const TARGETS: readonly Target[] = [
  { name: "simulator", start: startSimulated },
  { name: "nats-server 2.15", start: (config) => startReal("2.15", config) },
  { name: "nats-server 2.9.10", start: (config) => startReal("2.9.10", config) },
];

/** The simulator's options from the same configuration text that nats-server gets. */
function simulatedOptions({ top = "", webSocket = "" }: ServerConfig): SimulatorOptions {
  const text = `
    listen: "127.0.0.1:-1"
    http: "127.0.0.1:-1"
    websocket {
      listen: "127.0.0.1:-1"
      no_tls: true
      ${webSocket}
    }
    ${top}
  `;
  return readConfiguration(text, process.env, (path) => readFileSync(path, "utf8")).options;
}

async function startSimulated(config: ServerConfig = {}): Promise<Server> {
  const simulator = await startSimulator(simulatedOptions(config));
  return {
    tcpPort: Number(new URL(simulator.tcpUrl).port),
    webSocketPort: Number(new URL(simulator.webSocketUrl).port),
    monitorUrl: simulator.monitorUrl,
    reload: async (changed) => simulator.reload(simulatedOptions(changed)),
    stop: () => simulator.stop(),
  };
}

async function startReal(release: "2.15" | "2.9.10", config: ServerConfig = {}): Promise<Server> {
  const broker = await startNatsServer({
    release,
    config: config.top ?? "",
    webSocketConfig: config.webSocket ?? "",
  });
  return {
    tcpPort: Number(new URL(broker.tcpUrl).port),
    webSocketPort: Number(new URL(broker.webSocketUrl).port),
    monitorUrl: broker.monitorUrl,
    reload: ({ top = "" }) => broker.reload(top),
    stop: () => broker.stop(),
  };
}
