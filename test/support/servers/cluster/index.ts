import { connect, type NatsConnection } from "@nats-io/transport-node";
import { FaultProxy } from "../../../../dev/fault-proxy/index.ts";
import type { NatsRelease } from "../../tools/nats-server.ts";
import { freePort } from "../../tools/ports.ts";
import { until } from "../../tools/until.ts";
import type { Broker } from "../broker.ts";
import { startNatsServer } from "../nats-server.ts";
import { createStream, type StreamConfig } from "../stream.ts";
import { hasAllRoutes, isHealthy, metaOf, sendsOn } from "./peers.ts";
import { NOBODY, Routes } from "./routes.ts";

/** An election takes up to nine seconds, and may have to be repeated. */
const SETTLED_DEADLINE_MS = 40_000;

/** Options of a cluster. */
export interface ClusterOptions {
  readonly servers?: number;
  /** Appended to each server's configuration: accounts, for example. */
  readonly config?: string;
  /** Default: the release that `NATS_SERVER_VERSION` selects. */
  readonly release?: NatsRelease;
}

/** One server of a cluster. */
export interface ClusterServer {
  readonly index: number;
  /** The `server_name`, such as `s0`. */
  readonly name: string;
  readonly broker: Broker;
  /** Proxy before the server's WebSocket port, for faults between it and a client under test. */
  readonly path: FaultProxy;
  /** The proxy's address. */
  readonly webSocketUrl: string;
}

/** Clustered nats-servers with JetStream on loopback; tests can inject faults on every path. */
export class Cluster {
  readonly servers: readonly ClusterServer[];
  readonly routes: Routes;

  private constructor(servers: readonly ClusterServer[], routes: Routes) {
    this.servers = servers;
    this.routes = routes;
  }

  /** Starts a cluster, by default of three servers, and waits until it is `settled`. */
  static async start(options: ClusterOptions = {}): Promise<Cluster> {
    const count = options.servers ?? 3;
    const ports: number[] = [];
    while (ports.length < count) ports.push(await freePort());
    const routes = await Routes.start(ports);
    const started = await Promise.allSettled(
      ports.map((port, index) => startServer(index, port, routes, options)),
    );
    const servers = started.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    const cluster = new Cluster(servers, routes);
    try {
      for (const one of started) if (one.status === "rejected") throw one.reason;
      await cluster.settled();
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  /** A server by its index. */
  server(index: number): ClusterServer {
    const found = this.servers[index];
    if (found === undefined)
      throw new RangeError(`no server ${index} in a cluster of ${this.servers.length}`);
    return found;
  }

  /** WebSocket addresses of all servers, through their proxies. */
  get webSocketUrls(): string[] {
    return this.servers.map(({ webSocketUrl }) => webSocketUrl);
  }

  /** An independent client over TCP that fails over to another server, for the test's own requests. */
  connect(): Promise<NatsConnection> {
    return connect({
      servers: this.servers.map(({ broker }) => broker.tcpUrl),
      noRandomize: true,
      timeout: 10_000,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 100,
      reconnectJitter: 0,
      waitOnFirstConnect: true,
      ignoreClusterUpdates: true,
    });
  }

  /** Waits until all servers are connected and JetStream's leader reports all of them as current. */
  async settled(): Promise<void> {
    const peers = this.servers.length - 1;
    await until(
      "the cluster is whole",
      async () => {
        const looks = this.servers.flatMap(({ broker }) => [isHealthy(broker), hasAllRoutes(broker, peers)]);
        return (await Promise.all(looks)).every(Boolean) && (await this.#followers()) === peers;
      },
      SETTLED_DEADLINE_MS,
    );
  }

  /** Whether one server (by index) forwards a subject's messages to another. */
  sendsOn(subject: string, from: number, to: number): Promise<boolean> {
    return sendsOn(subject, this.server(from).broker, this.server(to).broker);
  }

  /** Waits for JetStream's meta leader. */
  metaLeader(): Promise<ClusterServer> {
    const look = async (): Promise<ClusterServer | undefined> => {
      for (const { broker } of this.servers) {
        const leader = (await metaOf(broker).catch(() => undefined))?.leader;
        if (leader) return this.servers.find(({ name }) => name === leader);
      }
      return undefined;
    };
    return until("a leader of JetStream", look, SETTLED_DEADLINE_MS);
  }

  /** The number of replicas that JetStream's leader reports as current. */
  async #followers(): Promise<number> {
    const { broker } = await this.metaLeader();
    const { replicas = [] } = (await metaOf(broker)) ?? {};
    return replicas.filter(({ current, offline }) => current && !offline).length;
  }

  /**
   * Waits for a stream's leader.
   * @param nats a connection to a running server
   */
  async leaderOf(stream: string, nats: NatsConnection): Promise<ClusterServer> {
    return until(
      `a leader of ${stream}`,
      async () => {
        const answer = await nats.request(`$JS.API.STREAM.INFO.${stream}`, "", { timeout: 2000 });
        const { cluster } = answer.json<{ cluster?: { leader?: string } }>();
        return this.servers.find(({ name }) => name === cluster?.leader);
      },
      SETTLED_DEADLINE_MS,
    );
  }

  /**
   * Creates a stream with a replica on each server. A server that has lost a route counts as offline until its next
   * report, every ten seconds; until then JetStream places no stream on it.
   */
  async createStream(
    nats: NatsConnection,
    name: string,
    subjects: readonly string[],
    config: StreamConfig,
  ): Promise<void> {
    const replicated = { num_replicas: this.servers.length, ...config };
    await until(
      `${name} is created`,
      async () => {
        await createStream(nats, name, subjects, replicated);
        return true;
      },
      SETTLED_DEADLINE_MS,
    );
  }

  /** Kills all servers and closes all proxies. */
  async stop(): Promise<void> {
    this.routes.close();
    for (const { path } of this.servers) path.close();
    await Promise.all(this.servers.map(({ broker }) => broker.stop("SIGKILL")));
  }
}

async function startServer(
  index: number,
  port: number,
  routes: Routes,
  { config = "", release }: ClusterOptions,
): Promise<ClusterServer> {
  const name = `s${index}`;
  const broker = await startNatsServer({
    jetStream: true,
    ...(release === undefined ? {} : { release }),
    config: `
      server_name: ${name}
      cluster {
        name: storm
        listen: "127.0.0.1:${port}"
        advertise: "${NOBODY}"
        routes: [${routes
          .dialledBy(index)
          .map((url) => `"${url}"`)
          .join(", ")}]
      }
      # The shortest that it takes.
      lame_duck_duration: "30s"
      lame_duck_grace_period: "1s"
      ${config}
    `,
  });
  const path = await FaultProxy.start({
    port: await freePort(),
    target: Number(new URL(broker.webSocketUrl).port),
  });
  return { index, name, broker, path, webSocketUrl: path.webSocketUrl };
}
