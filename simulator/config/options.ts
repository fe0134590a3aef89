import { OptionError, type SimulatorOptions, type TlsSettings } from "../settings.ts";
import { readAccounts, readAuthorization, toAuthSettings, type WaysIn } from "./authorization.ts";
import {
  address,
  block,
  checked,
  duration,
  type FieldReader,
  flag,
  hostName,
  port,
  type ReadFile,
  readBlock,
  text,
  texts,
  whole,
} from "./fields.ts";
import { type Block, ConfigError, parseConfig, type Setting } from "./syntax.ts";
import { readTls } from "./tls.ts";

/** What a configuration asks for beyond what `startSimulator` takes. */
export interface ProcessOptions {
  readonly portsFileDir?: string | undefined;
  readonly pidFile?: string | undefined;
  readonly logFile?: string | undefined;
}

/** What a configuration file says. */
export interface Configuration {
  readonly options: SimulatorOptions;
  readonly process: ProcessOptions;
}

interface Draft extends SimulatorOptions, ProcessOptions, WaysIn {
  readonly clientTls: TlsSettings;
  readonly webSocketTls: TlsSettings;
  readonly sameOrigin: boolean;
  readonly allowedOrigins: readonly string[];
}

/** Reads a configuration file's text. */
export function readConfiguration(
  source: string,
  environment: Readonly<Record<string, string | undefined>>,
  readFile: ReadFile,
): Configuration {
  const draft = readBlock<Draft>(parseConfig(source, environment), "", topLevel(readFile));
  const { clientTls, webSocketTls, sameOrigin = false, allowedOrigins: allowed = [], ...others } = draft;
  const { authorization, accountUsers, anonymousUser, operators, trustedKeys, preload, ...plain } = others;
  const { portsFileDir, pidFile, logFile, ...options } = plain;
  return {
    options: {
      ...options,
      originPolicy: { sameOrigin, allowed },
      tls: {
        ...(clientTls === undefined ? {} : { tcp: clientTls }),
        ...(webSocketTls === undefined ? {} : { websocket: webSocketTls }),
      },
      auth: toAuthSettings(draft),
      ...(authorization?.timeoutMs === undefined ? {} : { authTimeoutMs: authorization.timeoutMs }),
    },
    process: { portsFileDir, pidFile, logFile },
  };
}

function topLevel(readFile: ReadFile): Readonly<Record<string, FieldReader<Draft>>> {
  const tls: FieldReader<Draft> = (setting, name) => ({ clientTls: readTls(setting, name, readFile) });
  const operator: FieldReader<Draft> = (setting, name) => ({
    operators: texts(setting, name).map((one) => (one.startsWith("ey") ? one : readFile(one).trim())),
  });
  const monitor: FieldReader<Draft> = (setting, name) => {
    const { host: monitorHost, port: monitorPort } = address(setting, name);
    return monitorHost === undefined ? { monitorPort } : { monitorHost, monitorPort };
  };
  const host: FieldReader<Draft> = (setting, name) => ({ host: hostName(setting, name) });
  const maxConnections: FieldReader<Draft> = (setting, name) => ({ maxConnections: whole(setting, name) });
  const maxSubscriptions: FieldReader<Draft> = (setting, name) => ({
    maxSubscriptions: whole(setting, name),
  });
  const pidFile: FieldReader<Draft> = (setting, name) => ({ pidFile: text(setting, name) });
  const logFile: FieldReader<Draft> = (setting, name) => ({ logFile: text(setting, name) });
  return {
    host,
    net: host,
    port: (setting, name) => ({ tcpPort: port(setting, name) }),
    listen: (setting, name) => {
      const { host: at, port: tcpPort } = address(setting, name);
      return at === undefined ? { tcpPort } : { host: at, tcpPort };
    },
    server_name: (setting, name) => ({ serverName: text(setting, name) }),
    http: monitor,
    http_port: monitor,
    monitor_port: monitor,
    server_tags: (setting, name) => ({ serverTags: texts(setting, name) }),
    leafnodes: (setting, name) => readBlock(block(setting, name), `${name}.`, LEAF_NODE_FIELDS),
    max_payload: (setting, name) => ({ maxPayloadBytes: whole(setting, name) }),
    max_control_line: (setting, name) => ({ maxControlLineBytes: whole(setting, name) }),
    max_connections: maxConnections,
    max_conn: maxConnections,
    max_subscriptions: maxSubscriptions,
    max_subs: maxSubscriptions,
    max_pending: (setting, name) => ({ maxPendingBytes: whole(setting, name) }),
    write_deadline: (setting, name) => ({ writeDeadlineMs: duration(setting, name) }),
    ping_interval: (setting, name) => ({ pingIntervalMs: duration(setting, name) }),
    ping_max: (setting, name) => ({ maxPingsOut: whole(setting, name) }),
    authorization: (setting, name) => ({ authorization: readAuthorization(setting, name) }),
    accounts: (setting, name) => ({ accountUsers: readAccounts(setting, name) }),
    no_auth_user: (setting, name) => ({ anonymousUser: text(setting, name) }),
    operator,
    operators: operator,
    trusted_keys: (setting, name) => ({ trustedKeys: texts(setting, name) }),
    resolver: (setting, name) => onlyValue(setting, name, ["MEMORY", "MEM"]),
    resolver_preload: (setting, name) => ({ preload: readPreload(block(setting, name), name) }),
    system_account: checked(text),
    tls,
    allow_non_tls: (setting, name) => ({ allowNonTls: flag(setting, name) }),
    websocket: (setting, name) => {
      const { noTls, ...read } = readBlock(block(setting, name), `${name}.`, webSocketFields(readFile));
      if (read.webSocketTls === undefined && noTls !== true)
        throw new ConfigError(setting.line, `${name} requires TLS configuration, or no_tls: true`);
      return read;
    },
    ports_file_dir: (setting, name) => ({ portsFileDir: text(setting, name) }),
    pid_file: pidFile,
    pidfile: pidFile,
    log_file: logFile,
    logfile: logFile,
    lame_duck_duration: (setting, name) => ({ lameDuckDurationMs: duration(setting, name) }),
    lame_duck_grace_period: (setting, name) => ({ lameDuckGraceMs: duration(setting, name) }),
    // What these ask for is how much is logged; the simulator's log has one volume.
    debug: checked(flag),
    trace: checked(flag),
    logtime: checked(flag),
    jetstream: (setting, name) => {
      if (setting.value === false) return {};
      throw new ConfigError(
        setting.line,
        `${name} is not supported: the simulator is core NATS without streams`,
      );
    },
  };
}

/** Where leaf nodes are refused; anything that would have one accepted is not supported. */
const LEAF_NODE_FIELDS: Readonly<Record<string, FieldReader<Draft>>> = {
  port: (setting, name) => ({ leafNodePort: port(setting, name) }),
  listen: (setting, name) => ({ leafNodePort: address(setting, name).port }),
};

interface WebSocketFields extends Draft {
  readonly noTls: boolean;
}

function webSocketFields(readFile: ReadFile): Readonly<Record<string, FieldReader<WebSocketFields>>> {
  const host: FieldReader<WebSocketFields> = (setting, name) => ({ webSocketHost: hostName(setting, name) });
  return {
    host,
    net: host,
    port: (setting, name) => ({ webSocketPort: port(setting, name) }),
    listen: (setting, name) => {
      const { host: webSocketHost, port: webSocketPort } = address(setting, name);
      return webSocketHost === undefined ? { webSocketPort } : { webSocketHost, webSocketPort };
    },
    no_tls: (setting, name) => ({ noTls: flag(setting, name) }),
    tls: (setting, name) => ({ webSocketTls: readTls(setting, name, readFile) }),
    same_origin: (setting, name) => ({ sameOrigin: flag(setting, name) }),
    allowed_origins: (setting, name) => ({ allowedOrigins: texts(setting, name) }),
    compression: (setting, name) => ({ webSocketCompression: flag(setting, name) ? "negotiated" : "off" }),
    handshake_timeout: checked(duration),
  };
}

function readPreload(preload: Block, name: string): Record<string, string> {
  return Object.fromEntries([...preload].map(([key, jwt]) => [key, text(jwt, `${name}.${key}`)]));
}

function onlyValue(setting: Setting, name: string, values: readonly string[]): Record<string, never> {
  if (values.includes(text(setting, name).toUpperCase())) return {};
  throw new OptionError(`line ${setting.line}: ${name} must be ${values.join(" or ")}`);
}
