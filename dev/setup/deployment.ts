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

/** Where publishers' and the administrator's credentials stand, from the deployment's folder. */
export const CREDENTIALS = {
  publisher: "nats/keys/publisher.creds",
  system: "nats/keys/system.creds",
} as const;

/** Where the page's origin stood at first: not in `.dev.vars`, whose PUBLIC_URL would keep a trial here from getting tokens. */
export const ORIGIN_FILE = "nats/page-origin";

/** What `npm run setup` wrote, and what goes on from there. */
export interface Deployment {
  readonly folder: string;
  /** Where browsers saw the page when this was made, for what asks it; null where it wasn't given. */
  readonly origin: string | null;
  /** As `.dev.vars` holds them. */
  readonly settings: Readonly<Record<string, string>>;
  readonly feeds: ReadFeeds;
  readonly keys: Keys;
}

/** What the environment may give anew. */
export interface Overrides {
  readonly FEEDS?: string | undefined;
  readonly EXPLORE?: string | undefined;
}

/**
 * Reads a deployment. What is given takes the place of what was written.
 * @throws SetupError that names the file or setting, and what to do
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
 * What is written after a change: settings and accounts, in the server's configurations as far as they are still there.
 * @returns the accounts too, signed anew, as they are to be pushed
 * @throws SetupError with what is wrong with a setting
 */
export async function changedFiles(
  deployment: Deployment,
): Promise<{ readonly files: readonly PlannedFile[]; readonly accounts: readonly SignedAccount[] }> {
  const { folder, feeds, keys } = deployment;
  // A file that it named may hold an older key.
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
 * The worker's settings: the environment's, over those of the folder's `.dev.vars` where there is one; and what is
 * wrong with how they are given.
 */
export function settingsOf(folder: string, env: NodeJS.ProcessEnv): Gathered {
  const environment = { name: "the environment", variables: env };
  return gather([environment, devVarsOf(folder, readDevVars(folder))], OWN_SETTINGS);
}

/** What a folder's `.dev.vars` names stands in that folder, from wherever the command runs. */
function devVarsOf(folder: string, variables: NodeJS.ProcessEnv): Source {
  return { name: DEV_VARS, variables, folder };
}

/**
 * As the worker will check it.
 * @throws SetupError with all that is wrong with them, or with how they are given, a line each
 */
export function checkGiven({ settings, problems }: Gathered): Config {
  if (problems.length > 0) throw new SetupError(problems.join("\n"));
  return checkSettings(settings);
}

/**
 * As the worker will check it.
 * @throws SetupError with all problems, a line each
 */
export function checkSettings(settings: Settings): Config {
  const result = readConfig(settings);
  if (!result.ok) throw new SetupError(result.problems.map(problemLine).join("\n"));
  return result.config;
}
