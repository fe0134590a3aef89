import { randomBytes } from "node:crypto";
import { join, resolve } from "node:path";
import type { SignedAccount } from "./accounts.ts";
import { SetupError } from "./error.ts";
import type { NewDeployment } from "./options.ts";

/** Default data folder of a server on another machine. */
const USUAL_DATA_FOLDER = "/var/lib/nats";

/** Operator and accounts for a server's configuration. */
export interface ServerTrust {
  readonly operatorJwt: string;
  readonly systemKey: string;
  readonly accounts: readonly SignedAccount[];
}

/** A server's configuration, and its path relative to the deployment's folder. */
export interface ServerConfig {
  readonly path: string;
  readonly text: string;
  /** Whether publishers reach the server only from its own machine. */
  readonly isTcpLocal: boolean;
}

/** The configurations of all servers of a deployment. */
export function serverConfigs(wanted: NewDeployment, trust: ServerTrust): readonly ServerConfig[] {
  const password = randomBytes(24).toString("base64url");
  return wanted.servers.map((_, index) => serverConfig(wanted, trust, index, password));
}

/** A server's ports by the flag that changes them. */
function portsOf(wanted: NewDeployment, index: number): Readonly<Record<string, number>> {
  const { servers, tcpPort, clusterPort, webSocketPort } = wanted;
  const later = shift(servers, index);
  return {
    "--tcp-port": tcpPort + later,
    "--websocket-port": webSocketPort === null ? portOf(servers[index] as URL) : webSocketPort + later,
    ...(servers.length === 1 ? {} : { "--cluster-port": clusterPort + later }),
  };
}

/** @throws SetupError when two listeners on one machine would need the same port */
export function checkPorts(wanted: NewDeployment): void {
  const taken = new Map<string, string>();
  for (const [index, url] of wanted.servers.entries()) {
    for (const [flag, port] of Object.entries(portsOf(wanted, index))) {
      const place = `${machineOf(url)}:${port}`;
      const other = taken.get(place);
      if (other !== undefined) {
        throw new SetupError(
          `${place} would be used twice (${[...new Set([other, flag])].join(" and ")}): give other ports by these flags or in --nats-url`,
        );
      }
      taken.set(place, flag);
    }
  }
}

function serverConfig(
  wanted: NewDeployment,
  { operatorJwt, systemKey, accounts }: ServerTrust,
  index: number,
  password: string,
): ServerConfig {
  const { servers, tls, origin } = wanted;
  const url = servers[index] as URL;
  const isHere = isThisMachine(url);
  const isAlone = servers.length === 1;
  const name = `mycelium-${index + 1}`;
  const ports = portsOf(wanted, index);
  // Must match the URL: a page that connects to [::1] doesn't reach a listener on 127.0.0.1.
  const loopback = url.hostname === "[::1]" ? "::1" : "127.0.0.1";
  const host = isHere ? loopback : "0.0.0.0";
  // Without TLS the publishers' port is unencrypted, so it listens only on the server's own machine.
  const tcpHost = tls === null ? loopback : host;
  const data = dataFolder(wanted, isHere, isAlone ? "" : name);
  const tlsBlock = tls === null ? null : `tls { cert_file: ${q(tls.cert)}, key_file: ${q(tls.key)} }`;
  const lines = [
    `server_name: ${name}`,
    `host: ${q(tcpHost)}`,
    `port: ${ports["--tcp-port"]}`,
    ...(tlsBlock === null ? [] : [tlsBlock]),
    "websocket {",
    `  host: ${q(host)}`,
    `  port: ${ports["--websocket-port"]}`,
    `  ${tlsBlock ?? "no_tls: true"}`,
    ...(origin === null ? [] : [`  allowed_origins: [${q(origin)}]`]),
    "}",
    `jetstream { store_dir: ${q(join(data, "streams"))} }`,
    ...(isAlone ? [] : cluster(wanted, index, host, password)),
    `operator: ${operatorJwt}`,
    `system_account: ${systemKey}`,
    // A full resolver accepts pushed accounts at run time and stores them.
    `resolver { type: full, dir: ${q(join(data, "accounts"))}, allow_delete: false, interval: "2m" }`,
    "resolver_preload: {",
    ...accounts.map(({ publicKey, jwt }) => `  ${publicKey}: ${jwt}`),
    "}",
  ];
  return {
    path: isAlone ? "nats/nats-server.conf" : `nats/nats-server-${index + 1}.conf`,
    text: `${lines.join("\n")}\n`,
    isTcpLocal: tcpHost === loopback,
  };
}

/** The cluster block: routes to all other servers, protected by a password. */
function cluster(
  { servers, clusterPort }: NewDeployment,
  index: number,
  host: string,
  password: string,
): readonly string[] {
  const routes = servers.flatMap((url, other) => {
    if (other === index) return [];
    return [`nats-route://mycelium:${password}@${url.hostname}:${clusterPort + shift(servers, other)}`];
  });
  return [
    "cluster {",
    "  name: mycelium",
    `  host: ${q(host)}`,
    `  port: ${clusterPort + shift(servers, index)}`,
    `  authorization { user: mycelium, password: ${q(password)} }`,
    `  routes: [${routes.map(q).join(", ")}]`,
    // Otherwise INFO would show the servers' addresses to every viewer.
    "  no_advertise: true",
    "}",
  ];
}

/**
 * Replaces the accounts in a configuration with newly signed ones, for a server that will be set up from it.
 * A running server keeps newer accounts that it has stored.
 */
export function withAccounts(config: string, accounts: readonly SignedAccount[]): string {
  return accounts.reduce(
    (text, { publicKey, jwt }) => text.replace(new RegExp(`^(\\s*${publicKey}:\\s*)\\S+`, "m"), `$1${jwt}`),
    config,
  );
}

/** Whether the URL is a trial on this machine, which must not be reachable from others. */
function isThisMachine({ hostname }: URL): boolean {
  return ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
}

function machineOf(url: URL): string {
  return isThisMachine(url) ? "localhost" : url.hostname;
}

/** Number of earlier servers on the same machine, by which this server's ports are shifted. */
function shift(servers: readonly URL[], index: number): number {
  const machine = machineOf(servers[index] as URL);
  return servers.slice(0, index).filter((one) => machineOf(one) === machine).length;
}

function dataFolder({ dataFolder: given, folder }: NewDeployment, isHere: boolean, name: string): string {
  const usual = isHere ? resolve(folder, "nats/data") : USUAL_DATA_FOLDER;
  return join(given === null ? usual : resolve(given), name);
}

function portOf({ port, protocol }: URL): number {
  return Number(port || (protocol === "wss:" ? 443 : 80));
}

function q(text: string): string {
  return JSON.stringify(text);
}
