import { OptionError, type SimulatorOptions, type TlsSettings } from "../settings.ts";
import { readAccounts, readAuthorization, toAuthSettings, type WaysIn } from "./authorization.ts";
import {
  address,
  as,
  block,
  checked,
  duration,
  type FieldReader,
  type Fields,
  flag,
  hostName,
  port,
  type ReadFile,
  readBlock,
  readFields,
  text,
  texts,
  whole,
} from "./fields.ts";
import { ConfigError, parseConfig, type Setting } from "./syntax.ts";
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
}

/** Reads a configuration file's text. */
export function readConfiguration(
  source: string,
  environment: Readonly<Record<string, string | undefined>>,
  readFile: ReadFile,
): Configuration {
  const draft = readFields(parseConfig(source, environment), "", topLevel(readFile));
  const { clientTls, webSocketTls, ...others } = draft;
  const { authorization, accountUsers, anonymousUser, operators, trustedKeys, preload, ...plain } = others;
  const { portsFileDir, pidFile, logFile, ...options } = plain;
  return {
    options: {
      ...options,
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

function topLevel(readFile: ReadFile): Fields<Draft> {
  return {
    "host net": as("host", hostName),
    port: as("tcpPort", port),
    listen: listenAt("host", "tcpPort"),
    server_name: as("serverName", text),
    "http http_port monitor_port": listenAt("monitorHost", "monitorPort"),
    server_tags: as("serverTags", texts),
    leafnodes: (setting, name) => readBlock(setting, name, LEAF_NODE_FIELDS),
    max_payload: as("maxPayloadBytes", whole),
    max_control_line: as("maxControlLineBytes", whole),
    "max_connections max_conn": as("maxConnections", whole),
    "max_subscriptions max_subs": as("maxSubscriptions", whole),
    max_pending: as("maxPendingBytes", whole),
    write_deadline: as("writeDeadlineMs", duration),
    ping_interval: as("pingIntervalMs", duration),
    ping_max: as("maxPingsOut", whole),
    authorization: as("authorization", readAuthorization),
    accounts: as("accountUsers", readAccounts),
    no_auth_user: as("anonymousUser", text),
    "operator operators": as("operators", (setting, name) =>
      texts(setting, name).map((one) => (one.startsWith("ey") ? one : readFile(one).trim())),
    ),
    trusted_keys: as("trustedKeys", texts),
    resolver: checked(memoryResolver),
    resolver_preload: as("preload", readPreload),
    system_account: checked(text),
    tls: as("clientTls", (setting, name) => readTls(setting, name, readFile)),
    websocket: (setting, name) => {
      const { noTls, ...read } = readBlock(setting, name, webSocketFields(readFile));
      if (read.webSocketTls === undefined && noTls !== true)
        throw new ConfigError(setting.line, `${name} requires TLS configuration, or no_tls: true`);
      return read;
    },
    ports_file_dir: as("portsFileDir", text),
    "pid_file pidfile": as("pidFile", text),
    "log_file logfile": as("logFile", text),
    lame_duck_duration: as("lameDuckDurationMs", duration),
    lame_duck_grace_period: as("lameDuckGraceMs", duration),
    // What these ask for is how much is logged; the simulator's log has one volume.
    "debug trace logtime": checked(flag),
    jetstream: checked(noJetStream),
  };
}

/** Where leaf nodes are refused; anything that would have one accepted is not supported. */
const LEAF_NODE_FIELDS: Fields<Draft> = {
  port: as("leafNodePort", port),
  listen: as("leafNodePort", (setting, name) => address(setting, name).port),
};

interface WebSocketFields extends Draft {
  readonly noTls: boolean;
}

function webSocketFields(readFile: ReadFile): Fields<WebSocketFields> {
  return {
    "host net": as("webSocketHost", hostName),
    port: as("webSocketPort", port),
    listen: listenAt("webSocketHost", "webSocketPort"),
    no_tls: as("noTls", flag),
    tls: as("webSocketTls", (setting, name) => readTls(setting, name, readFile)),
    allowed_origins: as("allowedOrigins", texts),
    handshake_timeout: checked(duration),
  };
}

/** An address as two options; one without a host leaves that as it is. */
function listenAt<Host extends keyof Draft, Port extends keyof Draft>(
  hostOption: Host,
  portOption: Port,
): FieldReader<Pick<Draft, Host | Port>> {
  return (setting, name) => {
    const { host, port } = address(setting, name);
    const options = { [portOption]: port, ...(host === undefined ? {} : { [hostOption]: host }) };
    return options as Partial<Pick<Draft, Host | Port>>;
  };
}

function readPreload(setting: Setting, name: string): Record<string, string> {
  return Object.fromEntries(
    [...block(setting, name)].map(([key, jwt]) => [key, text(jwt, `${name}.${key}`)]),
  );
}

function memoryResolver(setting: Setting, name: string): void {
  if (!["MEMORY", "MEM"].includes(text(setting, name).toUpperCase()))
    throw new OptionError(`line ${setting.line}: ${name} must be MEMORY or MEM`);
}

function noJetStream({ value, line }: Setting, name: string): void {
  if (value !== false)
    throw new ConfigError(line, `${name} is not supported: the simulator is core NATS without streams`);
}
