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

/** An election takes up to nine seconds, and one that fails is tried again. */
const SETTLED_DEADLINE_MS = 40_000;

/** What a test may add to a cluster. */
export interface ClusterOptions {
  readonly servers?: number;
  /** Appended to each server's configuration: accounts, for example. */
  readonly config?: string;
  /** Default: what `NATS_SERVER_VERSION` selects. */
  readonly release?: NatsRelease;
}

/** One server of a cluster. */
export interface ClusterServer {
  readonly index: number;
  /** As the cluster calls it: `s0`. */
  readonly name: string;
  readonly broker: Broker;
  /** The way to its WebSocket port that a client under test takes; for faults of that way alone. */
  readonly path: FaultProxy;
  /** The address of that way. */
  readonly webSocketUrl: string;
}

/** Clustered nats-servers with JetStream on loopback, over whose every path faults can come. */
export class Cluster {
  readonly servers: readonly ClusterServer[];
  readonly routes: Routes;

  private constructor(servers: readonly ClusterServer[], routes: Routes) {
    this.servers = servers;
    this.routes = routes;
  }

  /** Starts three servers, unless told otherwise, and waits until they are whole. */
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

  /** The ways to all servers, for a client under test. */
  get webSocketUrls(): string[] {
    return this.servers.map(({ webSocketUrl }) => webSocketUrl);
  }

  /** An independent client over TCP that finds another server when its own is gone, for what a test itself wants to know or do. */
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

  /** Waits until it is whole: all servers are connected, and JetStream has a leader that calls every one current. */
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

  /** Whether one server sends what is published on a subject on to another, both by their indexes. */
  sendsOn(subject: string, from: number, to: number): Promise<boolean> {
    return sendsOn(subject, this.server(from).broker, this.server(to).broker);
  }

  /** The server that leads JetStream itself; waited for. */
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

  /** So many servers does the leader of JetStream call current. */
  async #followers(): Promise<number> {
    const { broker } = await this.metaLeader();
    const { replicas = [] } = (await metaOf(broker)) ?? {};
    return replicas.filter(({ current, offline }) => current && !offline).length;
  }

  /**
   * The server that leads a stream; waited for.
   * @param nats a connection to a server that lives
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
   * Creates a stream with a replica on each server. A server that has lost a route counts as gone
   * until it next tells of itself, every ten seconds, and no stream is placed on it before.
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

  /** Ends it for good. */
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
