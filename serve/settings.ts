import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
import { isIP } from "node:net";
import { dirname, resolve } from "node:path";
import { LOG_FORMATS, type LogFormat } from "./log.ts";
import { gather, ownProblems, SettingsError, secretsOf, workerProblems } from "./settings/gather.ts";
import { listenProblem, portProblem } from "./settings/port.ts";
import { serverProblems } from "./settings/servers.ts";

/** The checked settings of `npm run serve` and the container. */
export interface ServeSettings {
  readonly host: string;
  readonly port: number;
  /** Folder in which history is stored. */
  readonly data: string;
  readonly logFormat: LogFormat;
  /** The worker's settings. */
  readonly settings: Readonly<Record<string, string>>;
  /** Values that must not appear in a log. */
  readonly secrets: readonly string[];
}

/** The settings of `serve` itself. */
export const SERVE_SETTINGS = ["HOST", "PORT", "DATA", "LOG"] as const;

const DEFAULT_HOST = "127.0.0.1";
const DEFAULT_PORT = "8787";
const DEFAULT_DATA = "data";

/**
 * Reads and checks the environment.
 * @throws SettingsError with all problems, one per line
 */
export async function readServeSettings(env: NodeJS.ProcessEnv): Promise<ServeSettings> {
  const source = { name: "the environment", variables: env };
  const { settings, origins, problems } = gather([source], SERVE_SETTINGS);
  const host = env.HOST || DEFAULT_HOST;
  const port = env.PORT || DEFAULT_PORT;
  const data = resolve(env.DATA || DEFAULT_DATA);
  const logFormat = readLogFormat(env.LOG);
  const found = [
    ...problems,
    ...ownProblems(source, {
      HOST: hostProblem(host),
      PORT: portProblem("PORT", port),
      DATA: dataProblem(data),
      LOG: logProblem(env.LOG),
    }),
    ...workerProblems(settings, origins),
    ...(await serverProblems(settings)),
  ];
  if (found.length === 0)
    found.push(...ownProblems(source, { PORT: await listenProblem("PORT", Number(port), [host]) }));
  if (found.length > 0) throw new SettingsError(found);
  return { host, port: Number(port), data, logFormat, settings, secrets: secretsOf(settings) };
}

/** Accepts only addresses: some machines set HOST to their own name, which must not be resolved. */
function hostProblem(host: string): string | null {
  if (isIP(host) !== 0) return null;
  return `HOST is ${JSON.stringify(host)}: give an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all`;
}

/** Creates the folder if needed, and returns why it can't be written to, and what to do; null when it can. */
export function dataProblem(data: string): string | null {
  try {
    makeFolder(data);
    // The trailing `/.` fails with ENOTDIR for a file.
    accessSync(`${data}/.`, constants.W_OK);
    return null;
  } catch (error) {
    return `DATA ${data} can't be written to (${(error as NodeJS.ErrnoException).code}): give a writable folder`;
  }
}

/** `mkdir -p`, one level at a time: Node's recursive mkdir never returns for a folder in /proc. */
export function makeFolder(folder: string, mode = 0o777): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder), mode);
  mkdirSync(folder, mode);
}

/** The format that LOG names; `text` when it names none. */
export function readLogFormat(text: string | undefined): LogFormat {
  return LOG_FORMATS.find((one) => one === text) ?? "text";
}

/** What is wrong with LOG and what to do; null when nothing is. */
export function logProblem(text: string | undefined): string | null {
  const isKnown = !text || LOG_FORMATS.some((one) => one === text);
  return isKnown ? null : `LOG is ${JSON.stringify(text)}: give ${LOG_FORMATS.join(" or ")}`;
}
