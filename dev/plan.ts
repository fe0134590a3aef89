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

/** The page's port when PORT is unset. */
export const DEFAULT_PORT = "8787";

/** The checked settings of `npm start` and `npm run dev`. */
export interface Plan {
  readonly port: number;
  /** The simulator's TCP port for publishers; null for 4222 if it is free, otherwise any. */
  readonly simulatorPort: number | null;
  /** URL of the user's own NATS; undefined for the simulator. */
  readonly natsUrl: string | undefined;
  readonly logFormat: LogFormat;
  /** The worker's settings. */
  readonly settings: Readonly<Record<string, string>>;
  /** Values that must not appear in a log. */
  readonly secrets: readonly string[];
}

/** The settings of `npm start` itself. */
export const OWN_SETTINGS = ["PORT", "SIMULATOR_PORT", "DATA", "LOG"];

/** Placeholder URL, so that the other settings can be checked before the simulator has started. */
const SIMULATOR_STAND_IN = "ws://127.0.0.1:9222";

/**
 * Reads and checks the environment, and `.dev.vars` for settings that the environment lacks.
 * @param data folder for history; null when the caller doesn't store it
 * @throws SettingsError with all problems, one per line
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
  // An empty variable counts as unset, as for npm run serve.
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

/** Unlike PORT, it may be a port that browsers block: only NATS clients use it. */
async function simulatorPortProblem(text: string): Promise<string | null> {
  const [name, port] = ["SIMULATOR_PORT", parsePort(text)];
  return port === null ? portProblem(name, text) : listenProblem(name, port, LOOPBACKS);
}
