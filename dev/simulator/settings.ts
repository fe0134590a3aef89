import type { AuthSettings } from "./auth/authenticator.ts";

/** What `startSimulator` takes; every field is optional. */
export interface SimulatorOptions {
  /** Address of every listener. Default 127.0.0.1. */
  readonly host?: string;
  /** Port for WebSocket clients; 0 picks a free one, "off" opens none. Default 0. */
  readonly webSocketPort?: number | "off";
  /** Port for TCP clients; 0 picks a free one. Default 0. */
  readonly tcpPort?: number;
  /** Port for /varz and the like; 0 picks a free one, "off" opens none. Default 0. */
  readonly monitorPort?: number | "off";
  /** `server_name` in INFO. Default: the server's id. */
  readonly serverName?: string;
  /** Largest header block and payload together, bytes. Default 1048576. */
  readonly maxPayloadBytes?: number;
  /** Longest control line, bytes. Default 4096. */
  readonly maxControlLineBytes?: number;
  /** Clients at the same time. Default 65536. */
  readonly maxConnections?: number;
  /** Subscriptions of one client; 0 for no limit. Default 0. */
  readonly maxSubscriptions?: number;
  /** Bytes that may wait for one client before it counts as a slow consumer. Default 67108864. */
  readonly maxPendingBytes?: number;
  /** Between two PINGs to a client, milliseconds. Default 120000. */
  readonly pingIntervalMs?: number;
  /** PINGs that may stay unanswered. Default 2. */
  readonly maxPingsOut?: number;
  /** Who may come in. Default: everybody. */
  readonly auth?: AuthSettings;
  /** How long a client may take to say who it is, milliseconds. Default 2000. */
  readonly authTimeoutMs?: number;
}

/** The options with every default filled in. */
export type Settings = Required<SimulatorOptions>;

const DEFAULTS: Settings = {
  host: "127.0.0.1",
  webSocketPort: 0,
  tcpPort: 0,
  monitorPort: 0,
  serverName: "",
  maxPayloadBytes: 1024 * 1024,
  maxControlLineBytes: 4096,
  maxConnections: 64 * 1024,
  maxSubscriptions: 0,
  maxPendingBytes: 64 * 1024 * 1024,
  pingIntervalMs: 120_000,
  maxPingsOut: 2,
  auth: { type: "none" },
  authTimeoutMs: 2000,
};

/** An option that can't be used: the message names it and says what would do. */
export class OptionError extends Error {
  override readonly name = "OptionError";
}

/** Checks the options and fills in the defaults. */
export function settle(options: SimulatorOptions): Settings {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  for (const name of Object.keys(given)) {
    if (!(name in DEFAULTS))
      throw new OptionError(`${name} is not an option; known: ${Object.keys(DEFAULTS).join(", ")}`);
  }
  const settings: Settings = { ...DEFAULTS, ...given };
  for (const name of ["webSocketPort", "tcpPort", "monitorPort"] as const) {
    const port = settings[name];
    const isOff = port === "off" && name !== "tcpPort";
    if (!isOff && !isWhole(port, 0, 65_535)) throw new OptionError(`${name} is ${port}; give 0 to 65535`);
  }
  for (const name of [
    "maxPayloadBytes",
    "maxControlLineBytes",
    "maxPendingBytes",
    "maxConnections",
  ] as const) {
    if (!isWhole(settings[name], 1, 2 ** 31 - 1))
      throw new OptionError(`${name} is ${settings[name]}; give a whole number from 1`);
  }
  return settings;
}

function isWhole(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}
