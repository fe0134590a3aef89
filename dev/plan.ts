import type { LogFormat } from "../serve/log.ts";
import {
  gather,
  ownProblems,
  SettingsError,
  type Source,
  secretsOf,
  workerProblems,
} from "../serve/settings/gather.ts";
import { LOOPBACKS, listenProblem, parsePort, portProblem } from "../serve/settings/port.ts";
import { serverProblems } from "../serve/settings/servers.ts";
import { dataProblem, logProblem, readLogFormat } from "../serve/settings.ts";
import { DEV_VARS } from "./dev-vars.ts";

/** The page's port where PORT names none. */
export const DEFAULT_PORT = "8787";

/** What `npm start` was asked to do. */
export interface Plan {
  readonly port: number;
  /** The simulator's TCP port, which publishers use; null for the usual one if it is free, else any. */
  readonly simulatorPort: number | null;
  /** The user's own NATS; undefined for the simulator. */
  readonly natsUrl: string | undefined;
  readonly logFormat: LogFormat;
  /** Passed on to the worker as they are. */
  readonly settings: Readonly<Record<string, string>>;
  /** What no log may tell. */
  readonly secrets: readonly string[];
}

/** The settings of `npm start` itself. */
export const OWN_SETTINGS = ["PORT", "SIMULATOR_PORT", "DATA", "LOG"];

/** A well-formed address for the check of the other variables while the simulator has none yet. */
const SIMULATOR_STAND_IN = "ws://127.0.0.1:9222";

/**
 * Checks the environment, and `.dev.vars` for what it doesn't name, before anything is started.
 * @param data the folder that history is kept in; null where it is kept elsewhere
 * @throws SettingsError with everything that is wrong, a line each
 */
export async function makePlan(
  env: NodeJS.ProcessEnv,
  devVars: NodeJS.ProcessEnv,
  data: string | null = null,
): Promise<Plan> {
  const environment: Source = { name: "the environment", variables: env };
  const { settings, origins, problems } = gather(
    [environment, { name: DEV_VARS, variables: devVars }],
    OWN_SETTINGS,
  );
  // What is set and empty is as good as not set, as for npm run serve.
  const port = env.PORT || DEFAULT_PORT;
  const simulatorPort = env.SIMULATOR_PORT || undefined;
  const natsUrl = settings.NATS_URL?.trim() || undefined;
  const found = [
    ...problems,
    ...ownProblems(environment, {
      PORT: portProblem("PORT", port) ?? (await listenProblem("PORT", Number(port), LOOPBACKS)),
      SIMULATOR_PORT: simulatorPort === undefined ? null : await simulatorPortProblem(simulatorPort),
      DATA: data === null ? null : dataProblem(data),
      LOG: logProblem(env.LOG),
    }),
    ...workerProblems({ ...settings, NATS_URL: natsUrl ?? SIMULATOR_STAND_IN }, origins),
    ...(natsUrl === undefined ? [] : await serverProblems(settings)),
  ];
  if (found.length > 0) throw new SettingsError(found);
  return {
    port: Number(port),
    simulatorPort: simulatorPort === undefined ? null : Number(simulatorPort),
    natsUrl,
    logFormat: readLogFormat(env.LOG),
    settings,
    secrets: secretsOf(settings),
  };
}

/** NATS clients are no browsers: any port does. */
async function simulatorPortProblem(text: string): Promise<string | null> {
  const [name, port] = ["SIMULATOR_PORT", parsePort(text)];
  return port === null ? portProblem(name, text) : listenProblem(name, port, LOOPBACKS);
}
