import { OptionError, type SimulatorOptions, type TlsSettings } from "../settings.ts";
import { type AuthFields, readAccounts, readAuthorization, toAuthSettings } from "./authorization.ts";
import {
  address,
  block,
  duration,
  type FieldReader,
  type Fields,
  field,
  flag,
  hostName,
  ignored,
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

/** Options of a configuration file that concern the process, not `startSimulator`. */
export interface ProcessOptions {
  readonly portsFileDir?: string | undefined;
  readonly pidFile?: string | undefined;
  readonly logFile?: string | undefined;
}

/** The options in a configuration file. */
export interface Configuration {
  readonly options: SimulatorOptions;
  readonly process: ProcessOptions;
}

interface Draft extends SimulatorOptions, ProcessOptions, AuthFields {
  readonly clientTls: TlsSettings;
  readonly webSocketTls: TlsSettings;
}

/** Parses a configuration file. @throws ConfigError or OptionError */
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
    "host net": field("host", hostName),
    port: field("tcpPort", port),
    listen: listenAt("host", "tcpPort"),
    server_name: field("serverName", text),
    "http http_port monitor_port": listenAt("monitorHost", "monitorPort"),
    server_tags: field("serverTags", texts),
    leafnodes: (setting, name) => readBlock(setting, name, LEAF_NODE_FIELDS),
    max_payload: field("maxPayloadBytes", whole),
    max_control_line: field("maxControlLineBytes", whole),
    "max_connections max_conn": field("maxConnections", whole),
    "max_subscriptions max_subs": field("maxSubscriptions", whole),
    max_pending: field("maxPendingBytes", whole),
    write_deadline: field("writeDeadlineMs", duration),
    ping_interval: field("pingIntervalMs", duration),
    ping_max: field("maxPingsOut", whole),
    authorization: field("authorization", readAuthorization),
    accounts: field("accountUsers", readAccounts),
    no_auth_user: field("anonymousUser", text),
    "operator operators": field("operators", (setting, name) =>
      texts(setting, name).map((one) => (one.startsWith("ey") ? one : readFile(one).trim())),
    ),
    trusted_keys: field("trustedKeys", texts),
    resolver: ignored(memoryResolver),
    resolver_preload: field("preload", readPreload),
    system_account: ignored(text),
    tls: field("clientTls", (setting, name) => readTls(setting, name, readFile)),
    websocket: (setting, name) => {
      const { noTls, ...read } = readBlock(setting, name, webSocketFields(readFile));
      if (read.webSocketTls === undefined && noTls !== true)
        throw new ConfigError(setting.line, `${name} requires TLS configuration, or no_tls: true`);
      return read;
    },
    ports_file_dir: field("portsFileDir", text),
    "pid_file pidfile": field("pidFile", text),
    "log_file logfile": field("logFile", text),
    lame_duck_duration: field("lameDuckDurationMs", duration),
    lame_duck_grace_period: field("lameDuckGraceMs", duration),
    // Log levels: the simulator has only one.
    "debug trace logtime": ignored(flag),
    jetstream: ignored(noJetStream),
  };
}

/** Fields of `leafnodes`: only the port at which leaf nodes are refused. */
const LEAF_NODE_FIELDS: Fields<Draft> = {
  port: field("leafNodePort", port),
  listen: field("leafNodePort", (setting, name) => address(setting, name).port),
};

interface WebSocketFields extends Draft {
  readonly noTls: boolean;
}

function webSocketFields(readFile: ReadFile): Fields<WebSocketFields> {
  return {
    "host net": field("webSocketHost", hostName),
    port: field("webSocketPort", port),
    listen: listenAt("webSocketHost", "webSocketPort"),
    no_tls: field("noTls", flag),
    tls: field("webSocketTls", (setting, name) => readTls(setting, name, readFile)),
    allowed_origins: field("allowedOrigins", texts),
    handshake_timeout: ignored(duration),
  };
}

/** An address as two options; without a host it sets only the port. */
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
    throw new ConfigError(
      line,
      `${name} is not supported: streams are created with startSimulator's option \`streams\``,
    );
}
