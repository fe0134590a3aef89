import { startSimulator } from "../simulator/index.ts";
import type { Plan } from "./plan.ts";
import { startPublisher } from "./publisher.ts";
import type { Running } from "./running.ts";

/** The NATS that the page is pointed at. */
export interface Nats {
  /** The worker's settings for it. */
  readonly settings: Readonly<Record<string, string>>;
  /** Where to publish; null when NATS is the user's own. */
  readonly tcpUrl: string | null;
}

/** The user's own NATS; without one, the simulator and a publisher of sample events are started. */
export async function findNats({ natsUrl, simulatorPort }: Plan, running: Running): Promise<Nats> {
  if (natsUrl !== undefined) return { settings: { NATS_URL: natsUrl }, tcpUrl: null };
  const simulator = await startSimulator({
    tcpPort: simulatorPort,
    controlPort: 0,
    serverName: "mycelium-simulator",
  });
  await running.add(() => simulator.stop());
  const publisher = await startPublisher(simulator.tcpUrl);
  await running.add(() => publisher.stop());
  return {
    settings: { NATS_URL: simulator.webSocketUrl, DEMO_CONTROL_URL: simulator.controlUrl },
    tcpUrl: simulator.tcpUrl,
  };
}
