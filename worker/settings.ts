/**
 * What whoever deploys Mycelium sets, and whether it may be seen; README.md of this room says what each is for.
 * `demo` is what only `npm start` sets.
 */
const SETTINGS = {
  NATS_URL: "plain",
  FEEDS: "plain",
  /** Not `NAME`: machines have that of themselves. */
  PAGE_NAME: "plain",
  ABOUT: "plain",
  LIVE: "plain",
  EXPLORE: "plain",
  EMBED_ORIGINS: "plain",
  PUBLIC_URL: "plain",
  /** Where the page finds the simulator's fault control. */
  DEMO_CONTROL_URL: "demo",

  AUTH_MODE: "plain",
  AUTH_GATE: "plain",
  PASSPHRASE: "secret",
  ACCESS_TEAM_DOMAIN: "plain",
  ACCESS_AUDIENCE: "plain",

  NATS_SIGNING_KEY: "secret",
  NATS_ACCOUNT: "plain",
  NATS_KEY_SCOPED: "plain",
  TOKEN_LIFETIME_S: "plain",

  NATS_USER: "plain",
  NATS_PASSWORD: "secret",
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
