/** What whoever deploys Mycelium sets, as text, none of it trusted. README.md of this room says more of each. */
export interface Settings {
  /** One or several `ws://` or `wss://` URLs, comma separated. */
  readonly NATS_URL?: string;
  /** Subjects between commas, or a JSON array of feeds; a default feed may stand in it by its id. */
  readonly FEEDS?: string;
  /** The product's name in the page's header. Not `NAME`: machines have that of themselves. */
  readonly PAGE_NAME?: string;
  /** One sentence under the name: what this is. */
  readonly ABOUT?: string;
  /** Whether the page opens live: `on` or `off`. */
  readonly LIVE?: string;
  /** Subjects besides the feeds' that viewers may look at, comma separated. */
  readonly EXPLORE?: string;
  /** Origins of pages that may embed this one, comma separated. */
  readonly EMBED_ORIGINS?: string;
  /** The origin under which browsers see the page, where a proxy stands before the worker. */
  readonly PUBLIC_URL?: string;
  /** Where the page finds the simulator's fault control; only `npm start` sets it. */
  readonly DEMO_CONTROL_URL?: string;

  /** How the page gets credentials: `none` (default), `jwt`, `userpass` or `token`. */
  readonly AUTH_MODE?: string;
  /** Who gets them: `public` (default), `passphrase` or `access`. */
  readonly AUTH_GATE?: string;
  /** Secret: what the page's reader must know, for `passphrase`. */
  readonly PASSPHRASE?: string;
  /** `<team>.cloudflareaccess.com`, for `access`. */
  readonly ACCESS_TEAM_DOMAIN?: string;
  /** The Access application's audience tag, for `access`. */
  readonly ACCESS_AUDIENCE?: string;

  /** Secret: an account signing key's seed (`SA…`), for `jwt`. */
  readonly NATS_SIGNING_KEY?: string;
  /** The account's public key (`A…`), for `jwt`. */
  readonly NATS_ACCOUNT?: string;
  /** `true` when the signing key is scoped: then the account holds the permissions. */
  readonly NATS_KEY_SCOPED?: string;
  /** How long a token lives, whole seconds from 60 to 86400; default 600. */
  readonly TOKEN_LIFETIME_S?: string;

  /** A read-only user, for `userpass`. */
  readonly NATS_USER?: string;
  /** Secret: its password. */
  readonly NATS_PASSWORD?: string;
  /** Secret: a read-only user's token, for `token`. */
  readonly NATS_TOKEN?: string;
}

/** A setting's name. */
export type SettingName = keyof Settings;

/** The settings as a runtime hands them over: a configuration file or a dashboard may have given them types. */
export type Environment = { readonly [N in SettingName]?: unknown };

/** The settings that nobody but the worker may know. */
export const SECRET_SETTINGS = [
  "PASSPHRASE",
  "NATS_SIGNING_KEY",
  "NATS_PASSWORD",
  "NATS_TOKEN",
] as const satisfies readonly SettingName[];

/** The settings that may be seen. */
export const PLAIN_SETTINGS = [
  "NATS_URL",
  "FEEDS",
  "PAGE_NAME",
  "ABOUT",
  "LIVE",
  "EXPLORE",
  "EMBED_ORIGINS",
  "PUBLIC_URL",
  "AUTH_MODE",
  "AUTH_GATE",
  "ACCESS_TEAM_DOMAIN",
  "ACCESS_AUDIENCE",
  "NATS_ACCOUNT",
  "NATS_KEY_SCOPED",
  "TOKEN_LIFETIME_S",
  "NATS_USER",
] as const satisfies readonly SettingName[];
