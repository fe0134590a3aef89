import type { AuthSettings } from "./auth/authenticator.ts";
import { MAX_TIMER_MS } from "./connection/timers.ts";
import type { PathFaults } from "./faults/active-fault.ts";
import type { ListenerName } from "./listeners/transport.ts";
import type { StreamOptions } from "./streams/stream.ts";

/** A listener's certificate and key, PEM. */
export interface TlsSettings {
  readonly cert: string;
  readonly key: string;
}

/** What `startSimulator` takes; every field is optional. Of a size or time that can't be 0, 0 is the default, as in nats-server. */
export interface SimulatorOptions {
  /** Address of every listener. Default 127.0.0.1. */
  readonly host?: string;
  /** Address of the WebSocket listener, where it differs from `host`; empty for the same. */
  readonly webSocketHost?: string;
  /** Port for WebSocket clients; 0 picks a free one, "off" opens none. Default 0. */
  readonly webSocketPort?: number | "off";
  /** Port for TCP clients; 0 picks a free one. Default 0. */
  readonly tcpPort?: number;
  /** Port for /varz and the like; 0 picks a free one, "off" opens none. Default 0. */
  readonly monitorPort?: number | "off";
  /** Address of that, where it differs from `host`; empty for the same. */
  readonly monitorHost?: string;
  /** `server_name` in INFO. Default: the server's id. */
  readonly serverName?: string;
  /** Shown in /varz. */
  readonly serverTags?: readonly string[];
  /** Port at which leaf nodes are told that there are none here; 0 picks a free one. Default "off". */
  readonly leafNodePort?: number | "off";
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
  /** How long bytes may wait for one client before it counts as a slow consumer, milliseconds. Default 10000. */
  readonly writeDeadlineMs?: number;
  /** Between two PINGs to a client, milliseconds. Default 120000. */
  readonly pingIntervalMs?: number;
  /** PINGs that may stay unanswered. Default 2. */
  readonly maxPingsOut?: number;
  /** Who may come in. Default: everybody. */
  readonly auth?: AuthSettings;
  /** How long a client may take to say who it is, milliseconds. Default 2000. */
  readonly authTimeoutMs?: number;
  /** Certificates by listener; a listener without one speaks plain text. */
  readonly tls?: Partial<Record<ListenerName, TlsSettings>>;
  /** Origins of the pages that may connect over WebSocket, like `https://example.com`. Default: all. */
  readonly allowedOrigins?: readonly string[];
  /** Port of the live fault control, on loopback only; 0 picks a free one. Default "off". */
  readonly controlPort?: number | "off";
  /** What the control offers beside the server's own faults: those that a proxy before it brings about. */
  readonly pathFaults?: PathFaults;
  /** Streams in memory, of the global account: stored, published again, read by Direct Get. Default: none. */
  readonly streams?: readonly StreamOptions[];
  /** How long a lame duck's clients have until all are closed, milliseconds. Default 120000. */
  readonly lameDuckDurationMs?: number;
  /** How long a lame duck waits before it closes the first, milliseconds. Default 10000. */
  readonly lameDuckGraceMs?: number;
}

/** The options with every default filled in. */
export type Settings = Required<SimulatorOptions>;

const DEFAULTS: Settings = {
  host: "127.0.0.1",
  webSocketHost: "",
  webSocketPort: 0,
  tcpPort: 0,
  monitorPort: 0,
  monitorHost: "",
  serverName: "",
  serverTags: [],
  leafNodePort: "off",
  maxPayloadBytes: 1024 * 1024,
  maxControlLineBytes: 4096,
  maxConnections: 64 * 1024,
  maxSubscriptions: 0,
  maxPendingBytes: 64 * 1024 * 1024,
  writeDeadlineMs: 10_000,
  pingIntervalMs: 120_000,
  maxPingsOut: 2,
  auth: { type: "none" },
  authTimeoutMs: 2000,
  tls: {},
  allowedOrigins: [],
  controlPort: "off",
  pathFaults: {},
  streams: [],
  lameDuckDurationMs: 120_000,
  lameDuckGraceMs: 10_000,
};

/** The options that are times to wait. */
const DURATIONS = [
  "writeDeadlineMs",
  "pingIntervalMs",
  "authTimeoutMs",
  "lameDuckDurationMs",
  "lameDuckGraceMs",
] as const;

/** The options that are sizes, of which there must be some. */
const SIZES = ["maxPayloadBytes", "maxControlLineBytes", "maxPendingBytes", "maxConnections"] as const;

/** Where nats-server takes 0 for its default. */
const ZERO_IS_DEFAULT: ReadonlySet<string> = new Set([
  ...SIZES,
  "writeDeadlineMs",
  "pingIntervalMs",
  "maxPingsOut",
  "authTimeoutMs",
]);

/** An option that can't be used: the message names it and says what would do. */
export class OptionError extends Error {
  override readonly name = "OptionError";
}

/** Checks the options and fills in the defaults. */
export function settle(options: SimulatorOptions): Settings {
  const given = Object.fromEntries(
    Object.entries(options).filter(
      ([name, value]) => value !== undefined && !(value === 0 && ZERO_IS_DEFAULT.has(name)),
    ),
  );
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(DEFAULTS, name))
      throw new OptionError(`${name} is not an option; known: ${Object.keys(DEFAULTS).join(", ")}`);
  }
  const settings: Settings = { ...DEFAULTS, ...given };
  for (const name of ["webSocketPort", "tcpPort", "monitorPort", "controlPort", "leafNodePort"] as const) {
    const port = settings[name];
    const isOff = port === "off" && name !== "tcpPort";
    if (!isOff && !isWhole(port, 0, 65_535)) throw new OptionError(`${name} is ${port}; give 0 to 65535`);
  }
  for (const name of SIZES) {
    if (!isWhole(settings[name], 1, 2 ** 31 - 1))
      throw new OptionError(`${name} is ${settings[name]}; give a whole number from 1`);
  }
  for (const name of DURATIONS) {
    if (!(settings[name] >= 0))
      throw new OptionError(`${name} is ${settings[name]}; give milliseconds from 0`);
  }
  if (settings.maxPayloadBytes > settings.maxPendingBytes) {
    throw new OptionError(
      `maxPayloadBytes (${settings.maxPayloadBytes}) can't be higher than maxPendingBytes (${settings.maxPendingBytes})`,
    );
  }
  // Go's timers wait for years; Node's would ring at once.
  const capped = DURATIONS.map((name) => [name, Math.min(settings[name], MAX_TIMER_MS)]);
  return { ...settings, ...Object.fromEntries(capped) };
}

/** Whether it is a whole number of that range. */
function isWhole(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}
