import type { Server } from "node:net";
import { Hub } from "./hub.ts";
import type { Ledger } from "./ledger.ts";
import { listen, unlisten } from "./listening.ts";
import { createMonitor } from "./monitor.ts";
import { type SimulatorOptions, settle } from "./settings.ts";
import { createTcpListener } from "./tcp-listener.ts";
import { createWebSocketListener } from "./websocket-listener.ts";

/** A running simulator. */
export interface Simulator {
  /** `ws://host:port`; empty when the WebSocket listener is off. */
  readonly webSocketUrl: string;
  /** `nats://host:port`. */
  readonly tcpUrl: string;
  /** `http://host:port`; empty when the monitor is off. */
  readonly monitorUrl: string;
  /** What was accepted, sent and cut so far. */
  readonly ledger: Ledger;
  /** Ends as SIGTERM ends nats-server; resolves once every socket and timer is gone. Can be called again. */
  stop(): Promise<void>;
}

/** Starts a NATS server in this process. Rejects when an option is wrong or an address taken, and then leaves nothing behind. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const settings = settle(options);
  const hub = new Hub(settings);
  const open: Server[] = [];
  const start = async (server: Server, port: number): Promise<number> => {
    const endpoint = await listen(server, settings.host, port);
    open.push(server);
    return endpoint.port;
  };
  const { host } = settings;
  let tcpPort: number;
  let webSocketPort: number | "off" = "off";
  let monitorPort: number | "off" = "off";
  try {
    tcpPort = await start(createTcpListener(hub), settings.tcpPort);
    hub.endpoints.set("tcp", { host, port: tcpPort });
    if (settings.webSocketPort !== "off") {
      webSocketPort = await start(createWebSocketListener(hub), settings.webSocketPort);
      hub.endpoints.set("websocket", { host, port: webSocketPort });
    }
    if (settings.monitorPort !== "off") monitorPort = await start(createMonitor(hub), settings.monitorPort);
  } catch (error) {
    await Promise.all(open.map(unlisten));
    throw error;
  }
  const stop = async (): Promise<void> => {
    const closed = open.map(unlisten);
    hub.closeAll("serverShutdown");
    await Promise.all(closed);
  };
  let stopping: Promise<void> | undefined;
  return {
    tcpUrl: `nats://${host}:${tcpPort}`,
    webSocketUrl: webSocketPort === "off" ? "" : `ws://${host}:${webSocketPort}`,
    monitorUrl: monitorPort === "off" ? "" : `http://${host}:${monitorPort}`,
    ledger: hub.ledger,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}
