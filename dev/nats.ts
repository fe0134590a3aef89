import type { Running } from "../serve/command.ts";
import { LOOPBACKS, listenProblem } from "../serve/settings/port.ts";
import { ProductError } from "../serve/supervisor.ts";
import { type ActiveFault, type Simulator, startSimulator } from "../simulator/index.ts";
import { createDemo, demoFeeds } from "./demo.ts";
import { FaultProxy } from "./fault-proxy/index.ts";
import type { Plan } from "./plan.ts";
import { startPublisher } from "./publisher.ts";

/** The simulator's TCP port unless SIMULATOR_PORT is set: the default of NATS clients. */
const USUAL_NATS_PORT = 4222;

/** Milliseconds of delay each way in the demo's "slow" fault: enough to be visible. */
const SLOW_MS = 500;

/** The NATS that the page connects to. */
export interface Nats {
  /** The worker's settings for it. */
  readonly settings: Readonly<Record<string, string>>;
  /** URL for publishers; null for the user's own NATS. */
  readonly tcpUrl: string | null;
}

/** Returns the user's own NATS; without one, starts the simulator and the sample publishers. */
export async function findNats(plan: Plan, running: Running): Promise<Nats> {
  const { natsUrl, simulatorPort, settings } = plan;
  if (natsUrl !== undefined) return { settings: { NATS_URL: natsUrl }, tcpUrl: null };
  const demo = createDemo(Date.now());
  const start = (tcpPort: number): Promise<Simulator> =>
    startSimulator({
      tcpPort,
      controlPort: 0,
      serverName: "mycelium-simulator",
      streams: demo.streams,
      pathFaults: { slow: () => slowDown(proxy) },
    });
  // The port may have been taken since the check: report that without a stack.
  const simulator = await (simulatorPort === null ? onUsualPort(start) : start(simulatorPort)).catch(
    (error: Error) => {
      throw new ProductError(error.message);
    },
  );
  await running.add(() => simulator.stop());
  const proxy = await FaultProxy.start({
    target: Number(new URL(simulator.webSocketUrl).port),
    protocol: "tcp",
  });
  await running.add(async () => proxy.close());
  // The proxy refuses while the simulator does; by accepting connections it would show the page another fault.
  simulator.events.onEvent(({ event, detail }) => {
    if (event === "listening") void proxy.setReception(detail === "open" ? "open" : "refuses");
  });
  for (const messages of [demo.events, demo.telemetry]) {
    const publisher = await startPublisher(simulator.tcpUrl, { messages });
    await running.add(() => publisher.stop());
  }
  return {
    settings: {
      NATS_URL: proxy.webSocketUrl,
      DEMO_CONTROL_URL: simulator.controlUrl,
      FEEDS: settings.FEEDS ?? demoFeeds(),
    },
    tcpUrl: simulator.tcpUrl,
  };
}

/** Starts on the default port, or on any free one when that is in use on some address of localhost. */
async function onUsualPort(start: (port: number) => Promise<Simulator>): Promise<Simulator> {
  const taken = await listenProblem("SIMULATOR_PORT", USUAL_NATS_PORT, LOOPBACKS);
  return taken === null ? start(USUAL_NATS_PORT).catch(() => start(0)) : start(0);
}

function slowDown(proxy: FaultProxy): ActiveFault {
  const setLatency = (latencyMs: number): void => {
    proxy.setPace("up", { latencyMs });
    proxy.setPace("down", { latencyMs });
  };
  setLatency(SLOW_MS);
  return { clear: () => setLatency(0) };
}
