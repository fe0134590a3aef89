import type { Broker, BrokerPorts } from "./broker.ts";
import { startNatsServer } from "./nats-server.ts";
import { startSimulatorProcess } from "./simulator.ts";

/** A kind of broker, for `describe.each(BROKERS)`. */
export interface BrokerKind {
  readonly name: "nats-server" | "simulator";
  start(options?: { ports?: BrokerPorts }): Promise<Broker>;
}

/** Both brokers: a test written against them is written once. */
export const BROKERS: readonly BrokerKind[] = [
  { name: "nats-server", start: startNatsServer },
  { name: "simulator", start: startSimulatorProcess },
];
