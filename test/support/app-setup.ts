import type { TestProject } from "vitest/node";
import { startApp } from "./app.ts";
import type { BrokerPorts } from "./broker.ts";
import { freePorts } from "./nats-server.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The product's page. */
    appUrl: string;
    /** Where the product expects its server; each test starts one there, or none. */
    brokerPorts: BrokerPorts;
  }
}

/** Global setup: one running product for all browser tests, pointed at ports that each test fills. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const brokerPorts = await freePorts();
  const app = await startApp({ NATS_URL: `ws://127.0.0.1:${brokerPorts.webSocket}` });
  project.provide("appUrl", app.url);
  project.provide("brokerPorts", brokerPorts);
  return () => app.stop();
}
