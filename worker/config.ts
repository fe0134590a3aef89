import type { PageConfig } from "../contract/page-config.ts";
import type { ConfigProblem } from "../contract/problem.ts";
import { type Auth, readAuth } from "./config/auth.ts";
import { readExplore, readFeeds } from "./config/feeds.ts";
import { readEmbedOrigins, readPublicUrl } from "./config/origin.ts";
import { readServers } from "./config/servers.ts";
import { SettingsReader, withoutPaths } from "./config/settings-reader.ts";
import { reportTypos } from "./config/typos.ts";
import { warningsOf } from "./config/warnings.ts";
import type { Environment, SettingName } from "./settings.ts";

export type { Feed } from "../contract/feed.ts";
export { isBlockedByBrowsers } from "./config/blocked-ports.ts";
export { bareSecret, wholeNumber } from "./config/settings-reader.ts";
export { findTypos } from "./config/typos.ts";
export { PLAIN_SETTINGS, SECRET_SETTINGS, type Settings } from "./settings.ts";
/** For `npm run setup`, which writes the same permissions into the account as the worker writes into tokens. */
export { mayRead, readableSubjects, viewerPermissions } from "./token/claims.ts";

/** The checked settings: the page's part, and what only the worker may know. */
export interface Config extends Omit<PageConfig, "auth"> {
  /** The origin that browsers show for the page; null if PUBLIC_URL isn't set. */
  readonly publicUrl: string | null;
  /** Contains secrets: only what `faces/page-config.ts` picks may leave the worker. */
  readonly auth: Auth;
}

/** The configuration with its warnings, one line each, or every problem of the environment. */
export type ConfigResult =
  | { readonly ok: true; readonly config: Config; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

const DEFAULT_NAME = "Mycelium";
const MAX_NAME_LENGTH = 60;
const MAX_ABOUT_LENGTH = 200;

/** Checks the whole environment. Pure: `npm start` uses the same check before it starts anything. */
export function readConfig(environment: Environment): ConfigResult {
  const reader = new SettingsReader(environment);
  const servers = readServers(reader);
  const explore = readExplore(reader);
  const feeds = readFeeds(reader, explore);
  const demo = readDemo(reader);
  const config: Config = {
    name: readText(reader, "PAGE_NAME", MAX_NAME_LENGTH) ?? DEFAULT_NAME,
    about: readText(reader, "ABOUT", MAX_ABOUT_LENGTH),
    // The demo exists to show live data.
    live: reader.oneOf("LIVE", ["off", "on"], demo === null ? "off" : "on") === "on",
    servers,
    feeds: withoutPaths(feeds),
    explore: withoutPaths(explore),
    embedOrigins: readEmbedOrigins(reader),
    publicUrl: readPublicUrl(reader),
    auth: readAuth(reader, { feeds, explore }),
    demo,
  };
  reportTypos(reader, Object.keys(environment));
  const { problems } = reader;
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, config, warnings: warningsOf(config) };
}

/** A problem as one line: the place, what is wrong, and the fix. */
export function problemLine({ path, message, fix }: ConfigProblem): string {
  return `${path} ${message}: ${fix}`;
}

const cache = new WeakMap<Environment, ConfigResult>();

/** `readConfig`, cached by environment: the runtime passes the same object to every request. */
export function configOf(environment: Environment): ConfigResult {
  const result = cache.get(environment) ?? readConfig(environment);
  cache.set(environment, result);
  return result;
}

function readText(reader: SettingsReader, variable: SettingName, maxLength: number): string | null {
  const text = reader.text(variable);
  if (text.length > maxLength) {
    reader.report(variable, `has ${text.length} characters`, `use at most ${maxLength}`);
  }
  return text === "" ? null : text;
}

function readDemo(reader: SettingsReader): Config["demo"] {
  const controlUrl = reader.text("DEMO_CONTROL_URL");
  if (controlUrl === "") return null;
  if (!URL.canParse(controlUrl) || new URL(controlUrl).protocol !== "http:") {
    reader.report("DEMO_CONTROL_URL", "is not an http:// URL", "use the simulator's address");
  }
  return { controlUrl };
}
