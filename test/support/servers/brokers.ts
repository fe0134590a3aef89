import { selectedRelease } from "../tools/nats-server.ts";
import type { Broker, BrokerPorts } from "./broker.ts";
import { startNatsServer } from "./nats-server.ts";
import { startSimulatorProcess } from "./simulator.ts";

/** A kind of broker, for `describe.each(BROKERS)`. */
export interface BrokerKind {
  readonly name: "nats-server" | "simulator";
  start(options?: { ports?: BrokerPorts }): Promise<Broker>;
}

/** The real server alone, for tests of the page rather than the protocol. */
export const NATS_SERVER: BrokerKind = { name: "nats-server", start: startNatsServer };
const simulator: BrokerKind = { name: "simulator", start: startSimulatorProcess };

/**
 * Both brokers, so that a test runs on each. A run on another release of nats-server skips the
 * simulator, for which it would test nothing new.
 */
export const BROKERS: readonly BrokerKind[] =
  selectedRelease() === "2.15" ? [NATS_SERVER, simulator] : [NATS_SERVER];
