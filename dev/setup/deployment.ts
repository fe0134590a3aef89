import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Gathered, gather, type Source } from "../../serve/settings/gather.ts";
import { type Config, problemLine, readConfig, type Settings } from "../../worker/config.ts";
import { DEV_VARS, readDevVars } from "../dev-vars.ts";
import { OWN_SETTINGS } from "../plan.ts";
import { type SignedAccount, signAccounts } from "./accounts.ts";
import { SetupError } from "./error.ts";
import { onOneLine, type ReadFeeds, readFeeds } from "./feeds.ts";
import { type PlannedFile, settingsText } from "./files.ts";
import { type Keys, readKeys, seedOf } from "./keys.ts";
import { withAccounts } from "./server-config.ts";

/** Credentials files of publishers and of the administrator, relative to the deployment's folder. */
export const CREDENTIALS = {
  publisher: "nats/keys/publisher.creds",
  system: "nats/keys/system.creds",
} as const;

/** File with the page's first origin. Not PUBLIC_URL in `.dev.vars`: that would refuse tokens to a trial on this machine. */
export const ORIGIN_FILE = "nats/page-origin";

/** A deployment that `npm run setup` wrote, with current settings. */
export interface Deployment {
  readonly folder: string;
  /** The page's origin when the deployment was created; null when none was given. */
  readonly origin: string | null;
  /** The settings in `.dev.vars`. */
  readonly settings: Readonly<Record<string, string>>;
  readonly feeds: ReadFeeds;
  readonly keys: Keys;
}

/** Settings of the environment that replace those of `.dev.vars`. */
export interface Overrides {
  readonly FEEDS?: string | undefined;
  readonly EXPLORE?: string | undefined;
}

/**
 * Reads a deployment.
 * @throws SetupError that names a file or setting, and what to do
 */
export async function readDeployment(folder: string, given: Overrides): Promise<Deployment> {
  const keys = await readKeys(folder);
  const file = join(folder, DEV_VARS);
  if (!existsSync(file))
    throw new SetupError(`${file} doesn't exist: run this in the folder where npm run setup wrote its files`);
  const written = readDevVars(folder) as Record<string, string>;
  const explored = onOneLine(given.EXPLORE) || onOneLine(written.EXPLORE);
  const settings = explored === "" ? written : { ...written, EXPLORE: explored };
  const feeds = readFeeds(onOneLine(given.FEEDS) || onOneLine(written.FEEDS) || null, explored);
  const origin = await readFile(join(folder, ORIGIN_FILE), "utf8").catch(() => "");
  return withFeeds({ folder, origin: origin.trim() || null, settings, keys }, feeds);
}

/** The deployment with other feeds. */
export function withFeeds(before: Omit<Deployment, "feeds">, feeds: ReadFeeds): Deployment {
  const { settings } = before;
  return { ...before, settings: feeds.text === null ? settings : { ...settings, FEEDS: feeds.text }, feeds };
}

/**
 * The files to write after a change: settings, and the accounts in those server configurations that still exist.
 * @returns the files, and the newly signed accounts to push
 * @throws SetupError with what is wrong with a setting
 */
export async function changedFiles(
  deployment: Deployment,
): Promise<{ readonly files: readonly PlannedFile[]; readonly accounts: readonly SignedAccount[] }> {
  const { folder, feeds, keys } = deployment;
  // That file may contain an older key.
  const { NATS_SIGNING_KEY_FILE: _file, ...kept } = deployment.settings;
  const settings = { ...kept, NATS_SIGNING_KEY: seedOf(keys.signing) };
  checkGiven(gather([devVarsOf(folder, settings)], OWN_SETTINGS));
  const accounts = await signAccounts(keys, feeds);
  const before = await readFile(join(folder, DEV_VARS), "utf8");
  const files = [{ path: DEV_VARS, text: settingsText(settings, before) }];
  for (const path of await serverConfigsIn(folder)) {
    files.push({ path, text: withAccounts(await readFile(join(folder, path), "utf8"), accounts) });
  }
  return { files, accounts };
}

async function serverConfigsIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(join(folder, "nats"));
  return names.filter((name) => /^nats-server(?:-\d+)?\.conf$/.test(name)).map((name) => join("nats", name));
}

/**
 * The worker's settings from the environment and, with lower priority, from the folder's `.dev.vars`; with the
 * problems in how they are given.
 */
export function settingsOf(folder: string, env: NodeJS.ProcessEnv): Gathered {
  const environment = { name: "the environment", variables: env };
  return gather([environment, devVarsOf(folder, readDevVars(folder))], OWN_SETTINGS);
}

/** Relative paths in `.dev.vars` start from its folder, wherever the command runs. */
function devVarsOf(folder: string, variables: NodeJS.ProcessEnv): Source {
  return { name: DEV_VARS, variables, folder };
}

/** Checks gathered settings as the worker will. @throws SetupError with all problems, one per line */
export function checkGiven({ settings, problems }: Gathered): Config {
  if (problems.length > 0) throw new SetupError(problems.join("\n"));
  return checkSettings(settings);
}

/** Checks settings as the worker will. @throws SetupError with all problems, one per line */
export function checkSettings(settings: Settings): Config {
  const result = readConfig(settings);
  if (!result.ok) throw new SetupError(result.problems.map(problemLine).join("\n"));
  return result.config;
}
