import type { Running } from "../serve/command.ts";
import { type ActiveFault, startSimulator } from "../simulator/index.ts";
import { createDemo, demoFeeds } from "./demo.ts";
import { FaultProxy } from "./fault-proxy/index.ts";
import type { Plan } from "./plan.ts";
import { startPublisher } from "./publisher.ts";

/** How much later everything arrives on the demo's slow path: enough to be seen, milliseconds each way. */
const SLOW_MS = 500;

/** The NATS that the page is pointed at. */
export interface Nats {
  /** The worker's settings for it. */
  readonly settings: Readonly<Record<string, string>>;
  /** Where to publish; null when NATS is the user's own. */
  readonly tcpUrl: string | null;
}

/** The user's own NATS; without one, the simulator and publishers of sample messages are started. */
export async function findNats(plan: Plan, running: Running): Promise<Nats> {
  const { natsUrl, simulatorPort, settings } = plan;
  if (natsUrl !== undefined) return { settings: { NATS_URL: natsUrl }, tcpUrl: null };
  const demo = createDemo(Date.now());
  const simulator = await startSimulator({
    tcpPort: simulatorPort,
    controlPort: 0,
    serverName: "mycelium-simulator",
    streams: demo.streams,
    pathFaults: { slow: () => slowDown(path) },
  });
  await running.add(() => simulator.stop());
  const path = await FaultProxy.start({
    target: Number(new URL(simulator.webSocketUrl).port),
    protocol: "tcp",
  });
  await running.add(async () => path.close());
  // A path that took connections for a server that is away would show the page another fault.
  simulator.events.onEvent(({ event, detail }) => {
    if (event === "listening") void path.setReception(detail === "open" ? "open" : "refuses");
  });
  for (const messages of [demo.events, demo.telemetry]) {
    const publisher = await startPublisher(simulator.tcpUrl, { messages });
    await running.add(() => publisher.stop());
  }
  return {
    settings: {
      NATS_URL: path.webSocketUrl,
      DEMO_CONTROL_URL: simulator.controlUrl,
      FEEDS: settings.FEEDS ?? demoFeeds(),
    },
    tcpUrl: simulator.tcpUrl,
  };
}

function slowDown(path: FaultProxy): ActiveFault {
  const setLatency = (latencyMs: number): void => {
    path.setPace("up", { latencyMs });
    path.setPace("down", { latencyMs });
  };
  setLatency(SLOW_MS);
  return { clear: () => setLatency(0) };
}
