import { type Configuration, type ProcessOptions, readConfiguration } from "../config/options.ts";
import { OptionError, type SimulatorOptions, type TlsSettings } from "../settings.ts";
import { readSignalOrder, type SignalOrder } from "./signals.ts";

/** What the command line asks the process to do. */
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
  readonly ca?: string;
}

/** What the flags themselves say; they win over the file. */
export interface Flags {
  /** Undefined without `--tls`. */
  readonly tlsFiles: TlsFiles | undefined;
  readonly options: SimulatorOptions;
  readonly process: ProcessOptions;
}

interface Draft {
  tls: "off" | "server" | "verify";
  readonly tlsFiles: TlsFiles;
  readonly options: SimulatorOptions;
  readonly process: ProcessOptions;
  readonly login: { readonly user?: string; readonly pass?: string; readonly token?: string };
  configFile?: string;
  order?: SignalOrder;
  intent: "run" | "check" | "version" | "help";
}

/** Takes one flag's value into the draft. */
type Reader = (draft: Draft, value: string, name: string) => void;

const VALUES: Readonly<Record<string, Reader>> = {
  "a addr net": into("options", "host", (value) => value.replace(/^\[|\]$/g, "")),
  "p port": into("options", "tcpPort", port),
  "m http_port": into("options", "monitorPort", port),
  "n name server_name": into("options", "serverName"),
  "c config": (draft, value) => {
    draft.configFile = value;
  },
  user: into("login", "user"),
  pass: into("login", "pass"),
  auth: into("login", "token"),
  "P pid": into("process", "pidFile"),
  "l log": into("process", "logFile"),
  tlscert: into("tlsFiles", "cert"),
  tlskey: into("tlsFiles", "key"),
  tlscacert: into("tlsFiles", "ca"),
  "sl signal": (draft, value) => {
    draft.order = readSignalOrder(value);
  },
  // JetStream's folder: without JetStream nats-server leaves it alone too.
  "sd store_dir": () => {},
  ports_file_dir: into("process", "portsFileDir"),
  "websocket_port (not in nats-server)": into("options", "webSocketPort", port),
  "control_port (not in nats-server)": into("options", "controlPort", port),
};

/** Flags without a value. Those about the log's volume have no effect: it has one. */
const SWITCHES: Readonly<Record<string, Reader>> = {
  "D debug V trace DV VV T logtime": () => {},
  tls: (draft) => {
    draft.tls = draft.tls === "verify" ? "verify" : "server";
  },
  tlsverify: (draft) => {
    draft.tls = "verify";
  },
  "t test_config": (draft) => {
    draft.intent = "check";
  },
  "v version": (draft) => {
    draft.intent = "version";
  },
  "h help": (draft) => {
    draft.intent = "help";
  },
};

const VALUE_READERS = byName(VALUES);
const SWITCH_READERS = byName(SWITCHES);

/** How the flags are called, for `--help` and for errors. */
export const KNOWN_FLAGS: readonly string[] = [...VALUE_READERS.keys(), ...SWITCH_READERS.keys()].map(
  (name) => (name.length === 1 ? `-${name}` : `--${name}`),
);

/** Reads `-p 4222`, `--port 4222` and `--port=4222`, in nats-server's spelling. */
export function readFlags(args: readonly string[]): CommandLine {
  const draft: Draft = { options: {}, process: {}, login: {}, intent: "run", tls: "off", tlsFiles: {} };
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const [, name = "", inline] = /^--?([A-Za-z_]+)(?:=(.*))?$/.exec(arg) ?? [];
    const flip = SWITCH_READERS.get(name);
    const reader = VALUE_READERS.get(name);
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

/** Lays the flags over the file over what nats-server does without either. */
export function combine(
  { options, process, tlsFiles }: Flags,
  file: Configuration | undefined,
  readFile: (path: string) => string,
): Configuration {
  const defaults: SimulatorOptions = { tcpPort: 4222, webSocketPort: "off", monitorPort: "off" };
  const tls =
    tlsFiles === undefined ? {} : { tls: { ...file?.options.tls, tcp: readTlsFiles(tlsFiles, readFile) } };
  return {
    options: { ...defaults, ...file?.options, ...options, ...tls },
    process: { ...file?.process, ...process },
  };
}

/** Reads the file that `-c` names. */
export function readConfigFile(
  path: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
  readFile: (path: string) => string,
): Configuration | undefined {
  return path === undefined ? undefined : readConfiguration(readFile(path), environment, readFile);
}

function toCommandLine(draft: Draft): CommandLine {
  const { options, process, login, configFile, order, intent } = draft;
  if (order !== undefined) return { do: "signal", order };
  if (intent === "version" || intent === "help") return { do: intent };
  const { user, pass, token } = login;
  const auth =
    token !== undefined
      ? { auth: { type: "token" as const, token } }
      : user !== undefined
        ? { auth: { type: "userpass" as const, user, pass: pass ?? "" } }
        : {};
  const flags = { options: { ...options, ...auth }, process, tlsFiles: tlsFilesOf(draft) };
  if (intent === "run") return { do: "run", configFile, flags };
  if (configFile === undefined) throw new OptionError("-t needs -c and the file to check");
  return { do: "check", configFile, flags };
}

function tlsFilesOf({ tls, tlsFiles: { ca, ...own } }: Draft): TlsFiles | undefined {
  if (tls === "off") return undefined;
  return tls === "verify" && ca !== undefined ? { ...own, ca } : own;
}

function readTlsFiles({ cert, key, ca }: TlsFiles, readFile: (path: string) => string): TlsSettings {
  if (cert === undefined || key === undefined) throw new OptionError("--tls needs --tlscert and --tlskey");
  return { cert: readFile(cert), key: readFile(key), ...(ca === undefined ? {} : { ca: readFile(ca) }) };
}

/** A reader of one field of a group. */
function into<Group extends "options" | "process" | "login" | "tlsFiles">(
  group: Group,
  field: keyof Draft[Group],
  read = (value: string, _name: string): unknown => value,
): Reader {
  return (draft, value, name) => void Object.assign(draft[group], { [field]: read(value, name) });
}

function byName(readers: Readonly<Record<string, Reader>>): ReadonlyMap<string, Reader> {
  return new Map(
    Object.entries(readers).flatMap(([names, reader]) =>
      names
        .replace(/ \(.*\)/, "")
        .split(" ")
        .map((name): [string, Reader] => [name, reader]),
    ),
  );
}

/** A port; -1 means "any free one", as in nats-server. */
function port(value: string, name: string): number {
  if (value === "-1") return 0;
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535) {
    throw new OptionError(`${name} is ${value}; give a port from 1 to 65535, or -1 for a free one`);
  }
  return Number(value);
}
