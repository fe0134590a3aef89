import { byName, type ReadFile, withoutBrackets } from "../config/fields.ts";
import type { Configuration, ProcessOptions } from "../config/options.ts";
import { OptionError, type SimulatorOptions, type TlsSettings } from "../settings.ts";
import { readSignalOrder, type SignalOrder } from "./signals.ts";

/** The parsed command line. */
export type CommandLine =
  | { readonly do: "run"; readonly configFile: string | undefined; readonly flags: Flags }
  | { readonly do: "check"; readonly configFile: string; readonly flags: Flags }
  | { readonly do: "signal"; readonly order: SignalOrder }
  | { readonly do: "version" }
  | { readonly do: "help" };

/** The files that the TLS flags name. */
interface TlsFiles {
  readonly cert?: string;
  readonly key?: string;
}

/** Options from flags, which override the configuration file. */
export interface Flags {
  /** Undefined without `--tls`. */
  readonly tlsFiles: TlsFiles | undefined;
  readonly options: SimulatorOptions;
  readonly process: ProcessOptions;
}

/** Flag values, grouped by purpose. */
interface Draft {
  readonly options: SimulatorOptions;
  readonly process: ProcessOptions;
  readonly login: { readonly user?: string; readonly pass?: string; readonly token?: string };
  readonly tls: TlsFiles & { readonly isOn?: true };
  readonly line: {
    readonly intent?: "check" | "version" | "help";
    readonly configFile?: string;
    readonly order?: SignalOrder;
  };
}

/** Stores a flag's value in the draft. */
type Reader = (draft: Draft, value: string, name: string) => void;

const VALUES = byName<Reader>({
  "a addr net": into("options", "host", withoutBrackets),
  "p port": into("options", "tcpPort", port),
  "m http_port": into("options", "monitorPort", port),
  "n name server_name": into("options", "serverName"),
  "c config": into("line", "configFile"),
  user: into("login", "user"),
  pass: into("login", "pass"),
  auth: into("login", "token"),
  "P pid": into("process", "pidFile"),
  "l log": into("process", "logFile"),
  tlscert: into("tls", "cert"),
  tlskey: into("tls", "key"),
  "sl signal": into("line", "order", readSignalOrder),
  // Ignored: nats-server doesn't use it without JetStream either.
  "sd store_dir": () => {},
  ports_file_dir: into("process", "portsFileDir"),
  // Not in nats-server.
  websocket_port: into("options", "webSocketPort", port),
  control_port: into("options", "controlPort", port),
});

/** Flags without a value. Log levels are ignored: the simulator has only one. */
const SWITCHES = byName<Reader>({
  "D debug V trace DV VV T logtime": () => {},
  tls: into("tls", "isOn", () => true),
  "t test_config": into("line", "intent", () => "check"),
  "v version": into("line", "intent", () => "version"),
  "h help": into("line", "intent", () => "help"),
});

/** Names of all flags, for `--help` and errors. */
export const KNOWN_FLAGS: readonly string[] = [...VALUES.keys(), ...SWITCHES.keys()].map((name) =>
  name.length === 1 ? `-${name}` : `--${name}`,
);

/** Parses nats-server's flags: `-p 4222`, `--port 4222`, `--port=4222`. @throws OptionError */
export function readFlags(args: readonly string[]): CommandLine {
  const draft: Draft = { options: {}, process: {}, login: {}, tls: {}, line: {} };
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const [, name = "", inline] = /^--?([A-Za-z_]+)(?:=(.*))?$/.exec(arg) ?? [];
    const flip = SWITCHES.get(name);
    const reader = VALUES.get(name);
    if (flip !== undefined) {
      flip(draft, "", arg);
    } else if (reader !== undefined) {
      const value = inline ?? rest.shift();
      if (value === undefined) throw new OptionError(`${arg} needs a value`);
      reader(draft, value, arg);
    } else {
      throw new OptionError(`${arg} is not supported; supported: ${KNOWN_FLAGS.join(", ")}`);
    }
  }
  return toCommandLine(draft);
}

/** Merges flags, file and nats-server's defaults, in this order of priority. */
export function combine(
  { options, process, tlsFiles }: Flags,
  file: Configuration | undefined,
  readFile: ReadFile,
): Configuration {
  const defaults: SimulatorOptions = { tcpPort: 4222, webSocketPort: "off", monitorPort: "off" };
  const tls =
    tlsFiles === undefined ? {} : { tls: { ...file?.options.tls, tcp: readTlsFiles(tlsFiles, readFile) } };
  return {
    options: { ...defaults, ...file?.options, ...options, ...tls },
    process: { ...file?.process, ...process },
  };
}

function toCommandLine({ options, process, login, tls, line }: Draft): CommandLine {
  const { intent, configFile, order } = line;
  if (order !== undefined) return { do: "signal", order };
  if (intent === "version" || intent === "help") return { do: intent };
  const flags = { options: { ...options, ...authOf(login) }, process, tlsFiles: tlsFilesOf(tls) };
  if (intent === undefined) return { do: "run", configFile, flags };
  if (configFile === undefined) throw new OptionError("-t needs -c and the file to check");
  return { do: "check", configFile, flags };
}

function authOf({ user, pass = "", token }: Draft["login"]): Pick<SimulatorOptions, "auth"> {
  if (token !== undefined) return { auth: { type: "token", token } };
  return user === undefined ? {} : { auth: { type: "userpass", user, pass } };
}

function tlsFilesOf({ isOn, ...own }: Draft["tls"]): TlsFiles | undefined {
  return isOn ? own : undefined;
}

function readTlsFiles({ cert, key }: TlsFiles, readFile: ReadFile): TlsSettings {
  if (cert === undefined || key === undefined) throw new OptionError("--tls needs --tlscert and --tlskey");
  return { cert: readFile(cert), key: readFile(key) };
}

/** A reader that stores a value in one field of a group. */
function into<Group extends keyof Draft>(
  group: Group,
  field: keyof Draft[Group],
  read = (value: string, _name: string): unknown => value,
): Reader {
  return (draft, value, name) => void Object.assign(draft[group], { [field]: read(value, name) });
}

/** A port; as in nats-server, -1 picks a free one. */
function port(value: string, name: string): number {
  if (value === "-1") return 0;
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535) {
    throw new OptionError(`${name} is ${value}; give a port from 1 to 65535, or -1 for a free one`);
  }
  return Number(value);
}
