import { join } from "node:path";
import { ROOT } from "../tools/cache.ts";
import { Broker, type BrokerPorts } from "./broker.ts";
import { freePorts } from "./nats-server.ts";

/** Starts the simulator in its own process, so that tests can kill and freeze it like nats-server. */
export async function startSimulatorProcess(options: { ports?: BrokerPorts } = {}): Promise<Broker> {
  const ports = options.ports ?? (await freePorts());
  return Broker.start({
    version: "simulator",
    ports,
    command: process.execPath,
    args: [
      join(ROOT, "simulator/main.ts"),
      ...["-a", "127.0.0.1"],
      ...["-p", String(ports.tcp)],
      ...["-m", String(ports.monitor)],
      ...["--websocket_port", String(ports.webSocket)],
    ],
    cleanUp: async () => {},
  });
}
