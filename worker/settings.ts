/** The settings (see README.md): `plain`, `secret`, or set by `npm start` only (`demo`). */
const SETTINGS = {
  NATS_URL: "plain",
  FEEDS: "plain",
  /** Not `NAME`, which many machines set. */
  PAGE_NAME: "plain",
  ABOUT: "plain",
  LIVE: "plain",
  EXPLORE: "plain",
  EMBED_ORIGINS: "plain",
  PUBLIC_URL: "plain",
  /** The URL of the simulator's fault control. */
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

/** The settings as strings. */
export type Settings = { readonly [N in SettingName]?: string };

/** The unchecked settings as the runtime passes them: a file or a dashboard may have given them any type. */
export type Environment = { readonly [N in SettingName]?: unknown };

/** Names of the secret settings. */
export const SECRET_SETTINGS = namesOf("secret");

/** Names of the settings that may be shown. */
export const PLAIN_SETTINGS = namesOf("plain");

function namesOf(kind: (typeof SETTINGS)[SettingName]): readonly SettingName[] {
  return (Object.keys(SETTINGS) as SettingName[]).filter((name) => SETTINGS[name] === kind);
}
