/**
 * What whoever deploys Mycelium sets, and whether it may be seen; README.md of this room says more of each.
 * `demo` is what only `npm start` sets.
 */
const SETTINGS = {
  /** One or several `ws://` or `wss://` URLs, comma separated. */
  NATS_URL: "plain",
  /** Subjects between commas, or a JSON array of feeds; a default feed may stand in it by its id. */
  FEEDS: "plain",
  /** The product's name in the page's header. Not `NAME`: machines have that of themselves. */
  PAGE_NAME: "plain",
  /** One sentence under the name: what this is. */
  ABOUT: "plain",
  /** Whether the page opens live: `on` or `off`. */
  LIVE: "plain",
  /** Subjects besides the feeds' that viewers may look at, comma separated. */
  EXPLORE: "plain",
  /** Origins of pages that may embed this one, comma separated. */
  EMBED_ORIGINS: "plain",
  /** The origin under which browsers see the page, where a proxy stands before the worker. */
  PUBLIC_URL: "plain",
  /** Where the page finds the simulator's fault control; only `npm start` sets it. */
  DEMO_CONTROL_URL: "demo",

  /** How the page gets credentials: `none` (default), `jwt`, `userpass` or `token`. */
  AUTH_MODE: "plain",
  /** Who gets them: `public` (default), `passphrase` or `access`. */
  AUTH_GATE: "plain",
  /** What the page's reader must know, for `passphrase`. */
  PASSPHRASE: "secret",
  /** `<team>.cloudflareaccess.com`, for `access`. */
  ACCESS_TEAM_DOMAIN: "plain",
  /** The Access application's audience tag, for `access`. */
  ACCESS_AUDIENCE: "plain",

  /** An account signing key's seed (`SA…`), for `jwt`. */
  NATS_SIGNING_KEY: "secret",
  /** The account's public key (`A…`), for `jwt`. */
  NATS_ACCOUNT: "plain",
  /** `true` when the signing key is scoped: then the account holds the permissions. */
  NATS_KEY_SCOPED: "plain",
  /** How long a token lives, whole seconds from 60 to 86400; default 600. */
  TOKEN_LIFETIME_S: "plain",

  /** A read-only user, for `userpass`. */
  NATS_USER: "plain",
  /** Its password. */
  NATS_PASSWORD: "secret",
  /** A read-only user's token, for `token`. */
  NATS_TOKEN: "secret",
} as const;

/** A setting's name. */
export type SettingName = keyof typeof SETTINGS;

/** The settings as text. */
export type Settings = { readonly [N in SettingName]?: string };

/** The settings as a runtime hands them over, none of it trusted: a file or a dashboard may have given them types. */
export type Environment = { readonly [N in SettingName]?: unknown };

/** The settings that nobody but the worker may know. */
export const SECRET_SETTINGS = namesOf("secret");

/** The settings that may be seen. */
export const PLAIN_SETTINGS = namesOf("plain");

function namesOf(kind: (typeof SETTINGS)[SettingName]): readonly SettingName[] {
  return (Object.keys(SETTINGS) as SettingName[]).filter((name) => SETTINGS[name] === kind);
}
