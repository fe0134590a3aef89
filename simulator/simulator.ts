import type { Server } from "node:http";
import type { Socket } from "node:net";
import { Door } from "./door.ts";
import { createControl } from "./faults/control.ts";
import { FaultDesk } from "./faults/desk.ts";
import { Hub } from "./hub.ts";
import type { Ledger } from "./ledger.ts";
import { listen, unlisten } from "./listening.ts";
import { createMonitor } from "./monitor.ts";
import { type Settings, type SimulatorOptions, settle } from "./settings.ts";
import { tcpEntrance } from "./tcp-listener.ts";
import { webSocketEntrance } from "./websocket-listener.ts";

/** How long clients have to take their last bytes when the simulator stops, milliseconds. */
const STOP_DEADLINE_MS = 1000;

const LOOPBACK = "127.0.0.1";

/** A running simulator. */
export interface Simulator {
  /** `ws://host:port`, or `wss:`; empty when the WebSocket listener is off. */
  readonly webSocketUrl: string;
  /** `nats://host:port`, or `tls:`. */
  readonly tcpUrl: string;
  /** `nats-leaf://host:port`; empty when nobody asked for it. Leaf nodes are refused there. */
  readonly leafNodeUrl: string;
  /** `http://host:port`; empty when the monitor is off. */
  readonly monitorUrl: string;
  /** `http://host:port` of the live fault control; empty when it is off. */
  readonly controlUrl: string;
  /** What was accepted, sent and cut so far. */
  readonly ledger: Ledger;
  /** Brings faults about, and ends them. */
  readonly faults: FaultDesk;
  /** Puts changed settings in force (SIGHUP): who may come in, and the limits of those who come from now on. */
  reload(options: SimulatorOptions): void;
  /** Ends as SIGTERM ends nats-server; resolves once every socket and timer is gone. Can be called again. */
  stop(): Promise<void>;
}

/** Starts a NATS server in this process. Rejects when an option is wrong or an address taken, and then leaves nothing behind. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const settings = settle(options);
  const hub = new Hub(settings);
  const { host } = settings;
  const tcp = new Door(host, settings.tcpPort, tcpEntrance(hub));
  const webSocketHost = settings.webSocketHost === "" ? host : settings.webSocketHost;
  const webSocket =
    settings.webSocketPort === "off"
      ? undefined
      : new Door(webSocketHost, settings.webSocketPort, webSocketEntrance(hub));
  const leafNodes =
    settings.leafNodePort === "off" ? undefined : new Door(host, settings.leafNodePort, refuseLeafNode);
  const doors = [tcp, webSocket, leafNodes].filter((door) => door !== undefined);
  const faults = new FaultDesk(hub, doors);
  const http: Server[] = [];
  const serve = async (server: Server, at: string, port: number | "off"): Promise<string> => {
    if (port === "off") return "";
    const actual = await listen(server, at, port);
    http.push(server);
    return `http://${at}:${actual}`;
  };
  const stop = async (): Promise<void> => {
    faults.stop();
    for (const door of doors) door.shut();
    hub.closeAll("serverShutdown");
    await Promise.all(doors.map((door) => door.emptied(STOP_DEADLINE_MS)));
    for (const server of http) server.closeAllConnections();
    await Promise.all([...doors.map((door) => door.end()), ...http.map(unlisten)]);
  };
  try {
    for (const door of doors) await door.open();
    hub.endpoints.set("tcp", { host, port: tcp.port });
    if (webSocket !== undefined)
      hub.endpoints.set("websocket", { host: webSocketHost, port: webSocket.port });
    const monitorUrl = await serve(createMonitor(hub), host, settings.monitorPort);
    const controlUrl = await serve(createControl(hub, faults), LOOPBACK, settings.controlPort);
    faults.load(settings.scenario);
    let stopping: Promise<void> | undefined;
    return {
      tcpUrl: `${scheme(settings, "tcp", "nats", "tls")}://${host}:${tcp.port}`,
      webSocketUrl:
        webSocket === undefined
          ? ""
          : `${scheme(settings, "websocket", "ws", "wss")}://${webSocketHost}:${webSocket.port}`,
      leafNodeUrl: leafNodes === undefined ? "" : `nats-leaf://${host}:${leafNodes.port}`,
      monitorUrl,
      controlUrl,
      ledger: hub.ledger,
      faults,
      reload: (changed) => hub.reload(settle(changed)),
      stop: () => {
        stopping ??= stop();
        return stopping;
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A leaf node is told at once that it has come to the wrong place, instead of being left to time out. */
function refuseLeafNode(socket: Socket): void {
  socket.end("-ERR 'leafnodes disabled'\r\n");
  socket.resume();
}

function scheme({ tls }: Settings, listener: "tcp" | "websocket", plain: string, secure: string): string {
  return tls[listener] === undefined ? plain : secure;
}
