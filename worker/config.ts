import type { Feed } from "../contract/feed.ts";
import type { ConfigProblem } from "../contract/problem.ts";
import { type Auth, readAuth } from "./config/auth.ts";
import { readFeeds } from "./config/feeds.ts";
import { quoted } from "./config/problem.ts";
import { readServers } from "./config/servers.ts";
import type { Settings } from "./settings.ts";

export type { Feed } from "../contract/feed.ts";
export { problemLine } from "./config/problem.ts";
export { PLAIN_SETTINGS, SECRET_SETTINGS, type Settings } from "./settings.ts";
/** What `npm run setup` writes into the account is what the worker would write into a token. */
export { viewerPermissions } from "./token/claims.ts";

/** The checked environment. */
export interface Config {
  readonly name: string;
  /** `ws://` or `wss://` URLs, each once. */
  readonly servers: readonly string[];
  readonly feeds: readonly Feed[];
  /** Holds secrets: only what `faces/page-config.ts` picks leaves the worker. */
  readonly auth: Auth;
  /** The simulator's fault control, where the simulator serves the page. */
  readonly demo: { readonly controlUrl: string } | null;
}

/** The configuration, or every problem found in the environment. */
export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

const DEFAULT_NAME = "Mycelium";
const MAX_NAME_LENGTH = 60;

/** Reads and checks the whole environment. Pure: `npm start` uses the same check before it starts anything. */
export function readConfig(settings: Settings): ConfigResult {
  const { servers, problems: serverProblems } = readServers(settings.NATS_URL);
  const { feeds, problems: feedProblems } = readFeeds(settings.FEEDS);
  const { auth, problems: authProblems } = readAuth(settings, feeds);
  const name = settings.NAME?.trim() || DEFAULT_NAME;
  const controlUrl = settings.DEMO_CONTROL_URL?.trim() || null;
  const problems = [
    ...serverProblems,
    ...feedProblems,
    ...authProblems,
    ...checkName(name),
    ...checkControl(controlUrl),
  ];
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    config: { name, servers, feeds, auth, demo: controlUrl === null ? null : { controlUrl } },
  };
}

const alreadyRead = new WeakMap<Settings, ConfigResult>();

/** As `readConfig`, once for each environment: the runtime hands the same object to every request. */
export function configOf(settings: Settings): ConfigResult {
  const result = alreadyRead.get(settings) ?? readConfig(settings);
  alreadyRead.set(settings, result);
  return result;
}

function checkName(name: string): readonly ConfigProblem[] {
  if (name.length <= MAX_NAME_LENGTH) return [];
  const message = `has ${name.length} characters`;
  return [{ variable: "NAME", path: "NAME", message, fix: `give at most ${MAX_NAME_LENGTH}` }];
}

function checkControl(url: string | null): readonly ConfigProblem[] {
  if (url === null || (URL.canParse(url) && new URL(url).protocol === "http:")) return [];
  const path = "DEMO_CONTROL_URL";
  return [
    { variable: path, path, message: `is ${quoted(url)}`, fix: "give the simulator's http:// address" },
  ];
}
