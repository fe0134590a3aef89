import { OptionError, type SimulatorOptions } from "./settings.ts";

/** What the command line asks for. */
export interface CommandLine {
  readonly options: SimulatorOptions;
}

type Reader = (value: string, name: string) => SimulatorOptions;

/** nats-server's flags, and two of our own for what nats-server only takes from a file. */
const FLAGS: Readonly<Record<string, Reader>> = {
  a: (value) => ({ host: value }),
  addr: (value) => ({ host: value }),
  net: (value) => ({ host: value }),
  p: (value, name) => ({ tcpPort: port(value, name) }),
  port: (value, name) => ({ tcpPort: port(value, name) }),
  m: (value, name) => ({ monitorPort: port(value, name) }),
  http_port: (value, name) => ({ monitorPort: port(value, name) }),
  n: (value) => ({ serverName: value }),
  name: (value) => ({ serverName: value }),
  websocket_port: (value, name) => ({ webSocketPort: port(value, name) }),
};

/** Reads `-p 4222`, `--port 4222` and `--port=4222`, in nats-server's spelling. */
export function readFlags(args: readonly string[]): CommandLine {
  let options: SimulatorOptions = { tcpPort: 4222, webSocketPort: "off", monitorPort: "off" };
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const [, name = "", inline] = /^--?([A-Za-z_]+)(?:=(.*))?$/.exec(arg) ?? [];
    const reader = FLAGS[name];
    if (reader === undefined) throw new OptionError(`${arg} is not supported; supported: ${supported()}`);
    const value = inline ?? rest.shift();
    if (value === undefined) throw new OptionError(`${arg} needs a value`);
    options = { ...options, ...reader(value, arg) };
  }
  return { options };
}

function supported(): string {
  return Object.keys(FLAGS)
    .map((name) => (name.length === 1 ? `-${name}` : `--${name}`))
    .join(", ");
}

/** A port; -1 means "any free one", as in nats-server. */
function port(value: string, name: string): number {
  if (value === "-1") return 0;
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535) {
    throw new OptionError(`${name} is ${value}; give a port from 1 to 65535, or -1 for a free one`);
  }
  return Number(value);
}
