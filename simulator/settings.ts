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

/** Options of `startSimulator`. As in nats-server, 0 means the default for sizes and times that can't be 0. */
export interface SimulatorOptions {
  /** Address of every listener. Default 127.0.0.1. */
  readonly host?: string;
  /** Address of the WebSocket listener; empty for `host`. */
  readonly webSocketHost?: string;
  /** Port for WebSocket clients; 0 picks a free one, "off" opens none. Default 0. */
  readonly webSocketPort?: number | "off";
  /** Port for TCP clients; 0 picks a free one. Default 0. */
  readonly tcpPort?: number;
  /** Port for /varz and the like; 0 picks a free one, "off" opens none. Default 0. */
  readonly monitorPort?: number | "off";
  /** Address of the monitor; empty for `host`. */
  readonly monitorHost?: string;
  /** `server_name` in INFO. Default: the server's id. */
  readonly serverName?: string;
  /** Tags shown in /varz. */
  readonly serverTags?: readonly string[];
  /** Port at which leaf nodes are refused; 0 picks a free one. Default "off". */
  readonly leafNodePort?: number | "off";
  /** Largest sum of header block and payload, bytes. Default 1048576. */
  readonly maxPayloadBytes?: number;
  /** Longest control line, bytes. Default 4096. */
  readonly maxControlLineBytes?: number;
  /** Concurrent clients. Default 65536. */
  readonly maxConnections?: number;
  /** Subscriptions per client; 0 for no limit. Default 0. */
  readonly maxSubscriptions?: number;
  /** Pending bytes above which a client is a slow consumer. Default 67108864. */
  readonly maxPendingBytes?: number;
  /** Milliseconds that bytes may be pending before a client becomes a slow consumer. Default 10000. */
  readonly writeDeadlineMs?: number;
  /** Milliseconds between PINGs to a client. Default 120000. */
  readonly pingIntervalMs?: number;
  /** Unanswered PINGs before a connection is stale. Default 2. */
  readonly maxPingsOut?: number;
  /** Authentication of clients. Default: none. */
  readonly auth?: AuthSettings;
  /** Milliseconds for a client to authenticate. Default 2000. */
  readonly authTimeoutMs?: number;
  /** Certificates by listener; a listener without one doesn't use TLS. */
  readonly tls?: Partial<Record<ListenerName, TlsSettings>>;
  /** Origins of the pages that may connect over WebSocket, like `https://example.com`. Default: all. */
  readonly allowedOrigins?: readonly string[];
  /** Port of the live fault control, on loopback only; 0 picks a free one. Default "off". */
  readonly controlPort?: number | "off";
  /** Further faults of the control, which a proxy in front of the server injects. */
  readonly pathFaults?: PathFaults;
  /** In-memory streams of the global account, with republishing and Direct Get. Default: none. */
  readonly streams?: readonly StreamOptions[];
  /** Milliseconds until a lame duck has closed all clients. Default 120000. */
  readonly lameDuckDurationMs?: number;
  /** Milliseconds before a lame duck closes the first client. Default 10000. */
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

/** Options that are delays. */
const DURATIONS = [
  "writeDeadlineMs",
  "pingIntervalMs",
  "authTimeoutMs",
  "lameDuckDurationMs",
  "lameDuckGraceMs",
] as const;

/** Options that must be at least 1. */
const SIZES = ["maxPayloadBytes", "maxControlLineBytes", "maxPendingBytes", "maxConnections"] as const;

/** Options for which 0 means the default, as in nats-server. */
const ZERO_IS_DEFAULT: ReadonlySet<string> = new Set([
  ...SIZES,
  "writeDeadlineMs",
  "pingIntervalMs",
  "maxPingsOut",
  "authTimeoutMs",
]);

/** An invalid option; the message names it and says what to give. */
export class OptionError extends Error {
  override readonly name = "OptionError";
}

/** Checks the options and fills in the defaults. @throws OptionError */
export function resolveSettings(options: SimulatorOptions): Settings {
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
  // Go's timers accept any delay; Node's fire at once above their maximum.
  const capped = DURATIONS.map((name) => [name, Math.min(settings[name], MAX_TIMER_MS)]);
  return { ...settings, ...Object.fromEntries(capped) };
}

/** Whether the value is a whole number from `least` to `most`. */
function isWhole(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}
