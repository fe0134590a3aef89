import { PLAIN_SETTINGS, problemLine, readConfig, SECRET_SETTINGS, type Settings } from "../worker/config.ts";
import { isPortFree, parsePort } from "./port.ts";
import { isRawNatsPort } from "./raw-nats.ts";

const DEFAULT_PORT = "8787";

/** Where NATS clients look first. */
const USUAL_NATS_PORT = 4222;

/** What keeps `npm start` from starting, as one line for whoever typed it. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/** What `npm start` was asked to do. */
export interface Plan {
  readonly port: number;
  /** The simulator's TCP port, which publishers use; 0 for any that is free. */
  readonly simulatorPort: number;
  /** The user's own NATS; undefined for the simulator. */
  readonly natsUrl: string | undefined;
  /** Passed on to the worker as they are. */
  readonly settings: Settings;
  /** Those of the environment, which no file holds yet. */
  readonly fromEnvironment: Settings;
}

/** A well-formed address for the check of the other variables while the simulator has none yet. */
const SIMULATOR_STAND_IN = "ws://127.0.0.1:9222";

/**
 * Checks the environment, and `.dev.vars` for what it doesn't name, before anything is started.
 * @throws StartError with the first thing wrong and what to give instead
 */
export async function makePlan(env: NodeJS.ProcessEnv, devVars: NodeJS.ProcessEnv): Promise<Plan> {
  const port = await checkPort("PORT", env.PORT ?? DEFAULT_PORT);
  const simulatorPort = await chooseSimulatorPort(env.SIMULATOR_PORT);
  const fromEnvironment = settingsIn(env);
  const settings = { ...settingsIn(devVars), ...fromEnvironment };
  const natsUrl = settings.NATS_URL?.trim() || undefined;
  const result = readConfig({ ...settings, NATS_URL: natsUrl ?? SIMULATOR_STAND_IN });
  if (!result.ok) {
    const [first] = result.problems;
    throw new StartError(first === undefined ? "the configuration is wrong" : problemLine(first));
  }
  if (natsUrl !== undefined) await checkWebSocketPorts(result.config.servers);
  return { port, simulatorPort, natsUrl, settings, fromEnvironment };
}

function settingsIn(env: NodeJS.ProcessEnv): Settings {
  const names = [...PLAIN_SETTINGS, ...SECRET_SETTINGS];
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}

async function checkPort(name: string, text: string): Promise<number> {
  const port = parsePort(text);
  if (port === null) {
    throw new StartError(`${name} is ${JSON.stringify(text)}: give a number from 1 to 65535`);
  }
  if (!(await isPortFree(port))) {
    throw new StartError(`${name} ${port} is taken: stop what listens there, or give another ${name}`);
  }
  return port;
}

async function chooseSimulatorPort(wanted: string | undefined): Promise<number> {
  if (wanted !== undefined) return checkPort("SIMULATOR_PORT", wanted);
  return (await isPortFree(USUAL_NATS_PORT)) ? USUAL_NATS_PORT : 0;
}

async function checkWebSocketPorts(servers: readonly string[]): Promise<void> {
  const raw = await Promise.all(servers.map(isRawNatsPort));
  const wrong = servers.find((_, index) => raw[index]);
  if (wrong === undefined) return;
  throw new StartError(
    `NATS_URL ${wrong} is NATS's plain TCP port, which browsers can't use: give the port of nats-server's \`websocket\` block`,
  );
}
