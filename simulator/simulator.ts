import type { Server as HttpServer } from "node:http";
import type { Socket } from "node:net";
import type { Events } from "./events.ts";
import { createControl } from "./faults/control.ts";
import { Faults } from "./faults/faults.ts";
import { acceptTcp } from "./listeners/accept-tcp.ts";
import { acceptWebSocket } from "./listeners/accept-websocket.ts";
import { Listener } from "./listeners/listener.ts";
import { authority, listen, unlisten } from "./listeners/listening.ts";
import { createMonitor } from "./monitor/monitor.ts";
import { NatsServer } from "./server.ts";
import { resolveSettings, type SimulatorOptions } from "./settings.ts";

/** Milliseconds for clients to read their last bytes when the simulator stops. */
const STOP_DEADLINE_MS = 1000;

const LOOPBACK = "127.0.0.1";

/** A running simulator. */
export interface Simulator {
  /** `ws://host:port`, or `wss:`; empty when the WebSocket listener is off. */
  readonly webSocketUrl: string;
  /** `nats://host:port`, or `tls:`. */
  readonly tcpUrl: string;
  /** `nats-leaf://host:port`, where leaf nodes are refused; empty when the listener is off. */
  readonly leafNodeUrl: string;
  /** `http://host:port`; empty when the monitor is off. */
  readonly monitorUrl: string;
  /** `http://host:port` of the live fault control; empty when it is off. */
  readonly controlUrl: string;
  /** Log of connections, errors and faults, with totals. */
  readonly events: Events;
  /** Injects and clears faults. */
  readonly faults: Faults;
  /** Applies changed users, permissions and most limits (SIGHUP). @throws OptionError when a change needs a restart */
  reload(options: SimulatorOptions): void;
  /** Shuts down as nats-server does at SIGTERM; resolves once all sockets and timers are gone. Can be called again. */
  stop(): Promise<void>;
}

/** Starts a NATS server in this process. @throws when an option is wrong or an address is in use; nothing keeps running then */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const settings = resolveSettings(options);
  const server = new NatsServer(settings);
  const { host } = settings;
  const tcp = new Listener(host, settings.tcpPort, acceptTcp(server));
  const webSocketHost = settings.webSocketHost || host;
  const { webSocketPort, leafNodePort } = settings;
  const webSocket =
    webSocketPort === "off" ? undefined : new Listener(webSocketHost, webSocketPort, acceptWebSocket(server));
  const leafNodes = leafNodePort === "off" ? undefined : new Listener(host, leafNodePort, refuseLeafNode);
  const listeners = [tcp, webSocket, leafNodes].filter((listener) => listener !== undefined);
  const faults = new Faults(server, listeners);
  const http: HttpServer[] = [];
  const serve = async (one: HttpServer, at: string, port: number | "off"): Promise<string> => {
    if (port === "off") return "";
    const actual = await listen(one, at, port);
    http.push(one);
    return `http://${authority(at, actual)}`;
  };
  const stop = async (): Promise<void> => {
    faults.stop();
    for (const listener of listeners) listener.shut();
    server.closeAll("serverShutdown");
    await Promise.all(listeners.map((listener) => listener.allClosed(STOP_DEADLINE_MS)));
    for (const one of http) one.closeAllConnections();
    await Promise.all([...listeners.map((listener) => listener.end()), ...http.map(unlisten)]);
  };
  try {
    for (const listener of listeners) await listener.open();
    server.endpoints.set("tcp", { host, port: tcp.port });
    if (webSocket !== undefined)
      server.endpoints.set("websocket", { host: webSocketHost, port: webSocket.port });
    const monitorUrl = await serve(createMonitor(server), settings.monitorHost || host, settings.monitorPort);
    const controlUrl = await serve(
      createControl(server.events, faults, settings.pathFaults),
      LOOPBACK,
      settings.controlPort,
    );
    let stopping: Promise<void> | undefined;
    return {
      tcpUrl: urlOf(tcp, settings.tls.tcp === undefined ? "nats" : "tls"),
      webSocketUrl: urlOf(webSocket, settings.tls.websocket === undefined ? "ws" : "wss"),
      leafNodeUrl: urlOf(leafNodes, "nats-leaf"),
      monitorUrl,
      controlUrl,
      events: server.events,
      faults,
      reload: (changed) => server.reload(resolveSettings(changed)),
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

/** Refuses a leaf node at once, so that it doesn't wait for a timeout. */
function refuseLeafNode(socket: Socket): void {
  socket.end("-ERR 'leafnodes disabled'\r\n");
  socket.resume();
}

function urlOf(listener: Listener | undefined, scheme: string): string {
  return listener === undefined ? "" : `${scheme}://${authority(listener.host, listener.port)}`;
}
