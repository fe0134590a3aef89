import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import {
  bareSecret,
  findTypos,
  PLAIN_SETTINGS,
  problemLine,
  readConfig,
  SECRET_SETTINGS,
  type Settings,
} from "../../worker/config.ts";

/** Everything that is wrong with the settings, one line per problem, to be shown to the user without a stack. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
  }
}

/** A set of variables and where they come from. */
export interface Source {
  /** Name used in messages: "the environment", ".dev.vars". */
  readonly name: string;
  readonly variables: NodeJS.ProcessEnv;
  /** Folder that relative paths in `…_FILE` variables start from; defaults to the working directory. */
  readonly folder?: string;
}

/** The worker's settings from all sources, and the problems with how they were given. */
export interface Gathered {
  readonly settings: Readonly<Record<string, string>>;
  /** The source of each setting, including those whose value can't be read or used. */
  readonly origins: ReadonlyMap<string, string>;
  readonly problems: readonly string[];
}

/** Linux's limit for one environment string, `NAME=value` without its NUL (MAX_ARG_STRLEN in execve(2)). */
const MAX_VARIABLE_BYTES = 131_071;

const WORKER_SETTINGS: readonly string[] = [...PLAIN_SETTINGS, ...SECRET_SETTINGS];

/** Name of the variable that points to a file with the secret, as containers receive secrets. */
export const fileVariable = (name: string): string => `${name}_FILE`;

/**
 * Collects the worker's settings; earlier sources win. A secret may be in a file that `NAME_FILE` names.
 * @param own names of the caller's own settings, which are not typos
 */
export function gather(sources: readonly Source[], own: readonly string[]): Gathered {
  const settings: Record<string, string> = {};
  const origins = new Map<string, string>();
  const problems: string[] = [];
  const add = (name: string, value: string | null, origin: string): void => {
    if (origins.has(name)) return;
    origins.set(name, origin);
    const problem = value === null ? null : valueProblem(name, value);
    if (problem !== null) problems.push(`${problem} (from ${origin})`);
    else if (value !== null) settings[name] = value;
  };
  for (const { name: origin, variables, folder = "" } of sources) {
    for (const name of WORKER_SETTINGS) {
      const value = variables[name];
      if (value) add(name, value, origin);
    }
    for (const name of SECRET_SETTINGS) {
      const file = variables[fileVariable(name)];
      if (!file) continue;
      if (variables[name]) {
        problems.push(
          `${name} and ${fileVariable(name)} are both set: set only one of them (from ${origin})`,
        );
        continue;
      }
      const text = readSecret(resolve(folder, file));
      if (text === null) {
        problems.push(
          `${fileVariable(name)} names ${JSON.stringify(file)}, which can't be read: give a readable file (from ${origin})`,
        );
      }
      add(name, text, `the file that ${fileVariable(name)} names`);
    }
  }
  problems.push(...typosIn(sources, own));
  return { settings, origins, problems };
}

/** Why a value can't be in workerd's environment. Node's own error for a NUL character would show the value. */
function valueProblem(name: string, value: string): string | null {
  if (value.includes("\0")) return `${name} contains a NUL character: remove it`;
  const bytes = Buffer.byteLength(value);
  const maxBytes = MAX_VARIABLE_BYTES - Buffer.byteLength(`${name}=`);
  return bytes > maxBytes ? `${name} is ${bytes} bytes long: shorten it to ${maxBytes} bytes or less` : null;
}

function readSecret(file: string): string | null {
  try {
    return bareSecret(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}

function typosIn(sources: readonly Source[], own: readonly string[]): readonly string[] {
  const known = [...WORKER_SETTINGS, ...SECRET_SETTINGS.map(fileVariable), ...own];
  const given = sources.flatMap(({ variables }) => Object.keys(variables).filter((name) => variables[name]));
  const originOf = (name: string): string => sources.find(({ variables }) => variables[name])?.name ?? "";
  return findTypos([...new Set(given)], known).map(
    ({ given: name, meant }) =>
      `${name} is not a setting: rename it to ${meant} if you mean that, or unset it (from ${originOf(name)})`,
  );
}

/** Problems with a command's own settings, each with its source unless the setting has its default value. */
export function ownProblems(
  { name: origin, variables }: Source,
  problems: Readonly<Record<string, string | null>>,
): readonly string[] {
  return Object.entries(problems).flatMap(([name, problem]) => {
    if (problem === null) return [];
    return [variables[name] ? `${problem} (from ${origin})` : problem];
  });
}

/** Problems that the worker's check finds, each with its source. Omits settings whose value `gather` already rejected. */
export function workerProblems(settings: Settings, origins: ReadonlyMap<string, string>): readonly string[] {
  const result = readConfig(settings);
  if (result.ok) return [];
  return result.problems.flatMap((problem) => {
    const origin = origins.get(problem.variable);
    if (origin !== undefined && !(problem.variable in settings)) return [];
    return `${problemLine(problem)}${origin === undefined ? "" : ` (from ${origin})`}`;
  });
}

/** The values that must not appear in a log, trimmed as the worker uses them. */
export function secretsOf(settings: Settings): readonly string[] {
  return SECRET_SETTINGS.flatMap((name) => bareSecret(settings[name] ?? "").trim() || []);
}
