/** `npm start`: simulator, sample publisher, page and worker together, until one Ctrl-C. */
import { fileURLToPath } from "node:url";
import type { Settings } from "../worker/config.ts";
import { readDevVars } from "./dev-vars.ts";
import { startEdge, untilAnswering, untilSilent } from "./edge.ts";
import { buildPage } from "./page.ts";
import { makePlan, type Plan, StartError } from "./plan.ts";
import { startPublisher } from "./publisher.ts";
import { Running } from "./running.ts";
import { writeSecrets } from "./secrets.ts";
import { startSimulator } from "./simulator/index.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

const running = new Running();

async function start(): Promise<void> {
  const plan = await makePlan(process.env, readDevVars());
  await buildPage(ROOT);
  const nats = await findNats(plan);
  const secrets = await writeSecrets(plan.fromEnvironment);
  await running.add(() => secrets.remove());
  const edge = startEdge(ROOT, plan.port, { ...plan.settings, ...nats.settings }, secrets.files);
  await running.add(() => edge.stop());
  await untilAnswering(edge, plan.port);
  process.stdout.write(`ready http://localhost:${plan.port}\n`);
  if (nats.tcpUrl !== null) process.stdout.write(`publish with any NATS client to ${nats.tcpUrl}\n`);
  const how = await Promise.race([
    edge.ended.then((end) => `ended (${end})`),
    untilSilent(plan.port).then(() => "doesn't answer any more"),
  ]);
  throw new StartError(`wrangler dev ${how}:\n${edge.output}`);
}

interface Nats {
  readonly settings: Settings;
  /** Where to publish; null when NATS is the user's own. */
  readonly tcpUrl: string | null;
}

async function findNats({ natsUrl, simulatorPort }: Plan): Promise<Nats> {
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

let isStopping = false;

async function end(code: number): Promise<void> {
  isStopping = true;
  await running.stopAll();
  process.exit(code);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void end(0));

function fail(error: Error): void {
  // What was stopped on purpose may well complain.
  if (isStopping) return;
  process.stderr.write(`${error instanceof StartError ? error.message : (error.stack ?? error.message)}\n`);
  void end(1);
}

// Nobody awaits what the simulator does later; whatever goes wrong there, wrangler must not outlive us.
process.on("uncaughtException", fail);

start().catch(fail);
