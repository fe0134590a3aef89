import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findNatsServer, type NatsRelease } from "../tools/nats-server.ts";
import { freePort } from "../tools/ports.ts";
import { Broker, type BrokerPorts } from "./broker.ts";

/** Options of a test's nats-server. */
export interface NatsServerOptions {
  /** Appended to the configuration file. */
  readonly config?: string;
  /** Added to the `websocket` block. */
  readonly webSocketConfig?: string;
  /** Enables JetStream, perhaps with a domain; its storage survives a restart. */
  readonly jetStream?: boolean | { readonly domain: string };
  readonly args?: readonly string[];
  /** Default: the release that `NATS_SERVER_VERSION` selects. */
  readonly release?: NatsRelease;
  /** Default: free ports. */
  readonly ports?: BrokerPorts;
}

/** Starts a real nats-server on loopback, with WebSocket and monitoring. */
export async function startNatsServer(options: NatsServerOptions = {}): Promise<Broker> {
  const { path, version } = await findNatsServer(options.release);
  const ports = options.ports ?? (await freePorts());
  const folder = await mkdtemp(join(tmpdir(), "mycelium-nats-"));
  const configFile = join(folder, "nats.conf");
  const write = (config: string) =>
    writeFile(configFile, configuration(ports, folder, { ...options, config }));
  await write(options.config ?? "");
  return Broker.start({
    version,
    ports,
    command: path,
    args: ["-c", configFile, ...(options.args ?? [])],
    rewrite: write,
    cleanUp: () => rm(folder, { recursive: true, force: true }),
  });
}

/** Three free ports, for a broker that starts later. */
export async function freePorts(): Promise<BrokerPorts> {
  return { tcp: await freePort(), webSocket: await freePort(), monitor: await freePort() };
}

function configuration(ports: BrokerPorts, folder: string, options: NatsServerOptions): string {
  return `
    listen: "127.0.0.1:${ports.tcp}"
    http: "127.0.0.1:${ports.monitor}"
    websocket {
      listen: "127.0.0.1:${ports.webSocket}"
      no_tls: true
      ${options.webSocketConfig ?? ""}
    }
    ${options.jetStream ? jetStreamOn(folder, options.jetStream) : ""}
    ${options.config ?? ""}
  `;
}

function jetStreamOn(folder: string, jetStream: true | { readonly domain: string }): string {
  const domain = jetStream === true ? "" : `domain: ${jetStream.domain}`;
  return `jetstream { store_dir: "${folder}", ${domain} }`;
}
