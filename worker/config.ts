import type { PageConfig } from "../contract/page-config.ts";
import type { ConfigProblem } from "../contract/problem.ts";
import { type Auth, readAuth } from "./config/auth.ts";
import { readExplore, readFeeds } from "./config/feeds.ts";
import { readEmbedOrigins, readPublicUrl } from "./config/origin.ts";
import { Reading, withoutPlaces } from "./config/reading.ts";
import { readServers } from "./config/servers.ts";
import { askAboutTypos } from "./config/typos.ts";
import { warningsOf } from "./config/warnings.ts";
import type { Environment, SettingName } from "./settings.ts";

export type { Feed } from "../contract/feed.ts";
export { isBlockedByBrowsers } from "./config/blocked-ports.ts";
export { bareSecret, wholeNumber } from "./config/reading.ts";
export { findTypos } from "./config/typos.ts";
export { PLAIN_SETTINGS, SECRET_SETTINGS, type Settings } from "./settings.ts";
/** What `npm run setup` writes into the account is what the worker would write into a token. */
export { mayRead, readableSubjects, viewerPermissions } from "./token/claims.ts";

/** The checked environment: what the page is told of it, and what only the worker knows. */
export interface Config extends Omit<PageConfig, "auth"> {
  /** The origin under which browsers see the page, where it is given. */
  readonly publicUrl: string | null;
  /** Holds secrets: only what `faces/page-config.ts` picks leaves the worker. */
  readonly auth: Auth;
}

/** The configuration, with what is doubtful in it as lines, or every problem found in the environment. */
export type ConfigResult =
  | { readonly ok: true; readonly config: Config; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

const DEFAULT_NAME = "Mycelium";
const MAX_NAME_LENGTH = 60;
const MAX_ABOUT_LENGTH = 200;

/** Reads and checks the whole environment. Pure: `npm start` uses the same check before it starts anything. */
export function readConfig(environment: Environment): ConfigResult {
  const reading = new Reading(environment);
  const servers = readServers(reading);
  const explore = readExplore(reading);
  const feeds = readFeeds(reading, explore);
  const demo = readDemo(reading);
  const config: Config = {
    name: readText(reading, "PAGE_NAME", MAX_NAME_LENGTH) ?? DEFAULT_NAME,
    about: readText(reading, "ABOUT", MAX_ABOUT_LENGTH),
    // A demonstration that stands still shows nothing.
    live: reading.oneOf("LIVE", ["off", "on"], demo === null ? "off" : "on") === "on",
    servers,
    feeds: withoutPlaces(feeds),
    explore: withoutPlaces(explore),
    embedOrigins: readEmbedOrigins(reading),
    publicUrl: readPublicUrl(reading),
    auth: readAuth(reading, { feeds, explore }),
    demo,
  };
  askAboutTypos(reading, Object.keys(environment));
  const { problems } = reading;
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, config, warnings: warningsOf(config) };
}

/** A problem as one line: place, what is wrong, what to give instead. */
export function problemLine({ path, message, fix }: ConfigProblem): string {
  return `${path} ${message}: ${fix}`;
}

const alreadyRead = new WeakMap<Environment, ConfigResult>();

/** As `readConfig`, once for each environment: the runtime hands the same object to every request. */
export function configOf(environment: Environment): ConfigResult {
  const result = alreadyRead.get(environment) ?? readConfig(environment);
  alreadyRead.set(environment, result);
  return result;
}

function readText(reading: Reading, variable: SettingName, maxLength: number): string | null {
  const text = reading.text(variable);
  if (text.length > maxLength) {
    reading.wrong(variable, `has ${text.length} characters`, `use at most ${maxLength}`);
  }
  return text === "" ? null : text;
}

function readDemo(reading: Reading): Config["demo"] {
  const controlUrl = reading.text("DEMO_CONTROL_URL");
  if (controlUrl === "") return null;
  if (!URL.canParse(controlUrl) || new URL(controlUrl).protocol !== "http:") {
    reading.wrong("DEMO_CONTROL_URL", "is not an http:// URL", "use the simulator's address");
  }
  return { controlUrl };
}
