import type { NatsConnection } from "@nats-io/transport-node";
import type { ClientOptions, StreamSource } from "../../../client/index.ts";
import { FaultProxy } from "../../../dev/fault-proxy/index.ts";
import { connectPublisher } from "../../support/clients/publisher.ts";
import type { Broker } from "../../support/servers/broker.ts";
import { cut, open } from "../../support/servers/cluster/routes.ts";
import { startNatsServer } from "../../support/servers/nats-server.ts";
import { createStream, type StreamConfig } from "../../support/servers/stream.ts";
import { freePort } from "../../support/tools/ports.ts";
import { Follower, type FollowOptions } from "./follower.ts";

/** The kinds of feeds by sequence: republished by the stream, or fetched when its subject has a message. */
export const SOURCES = ["republished", "triggered"] as const;

/** A kind of source. */
export type Source = (typeof SOURCES)[number];

/** A server with JetStream for many concurrent scenes, each with its own stream and its own proxy. */
export class StreamServer {
  readonly broker: Broker;
  /** An independent client that publishes. */
  readonly nats: NatsConnection;

  private constructor(broker: Broker, nats: NatsConnection) {
    this.broker = broker;
    this.nats = nats;
  }

  /**
   * @param config appended to the server's configuration
   * @param domain the server's JetStream domain
   */
  static async start(config = "", domain?: string): Promise<StreamServer> {
    const jetStream = domain === undefined ? true : { domain };
    const broker = await startNatsServer({ jetStream, config });
    return new StreamServer(broker, await connectPublisher(broker.tcpUrl));
  }

  /**
   * Creates a stream, on `NAME.>` unless `subjects` is given.
   * @returns the `stream` option for subscriptions
   */
  async createStream(
    name: string,
    source: Source,
    {
      subjects = [`${name}.>`],
      ...config
    }: Partial<StreamConfig> & { readonly subjects?: readonly string[] } = {},
  ): Promise<StreamSource> {
    const republished = `again.${name}.>`;
    const republish = source === "republished" ? { republish: { src: ">", dest: `again.${name}.>` } } : {};
    await createStream(this.nats, name, subjects, { allow_direct: true, ...republish, ...config });
    return source === "republished" ? { name, republished } : { name };
  }

  /** Starts a client behind its own proxy, and waits until it is current. */
  async follow(listening: FollowOptions, options: Partial<ClientOptions> = {}): Promise<ProxiedFollower> {
    const target = Number(new URL(this.broker.webSocketUrl).port);
    const proxy = await FaultProxy.start({ port: await freePort(), target, protocol: "tcp" });
    const followed = new ProxiedFollower(proxy, listening, options);
    await followed.start();
    return followed;
  }

  async stop(): Promise<void> {
    await this.nats.close();
    await this.broker.stop("SIGKILL");
  }
}

/** A follower behind a proxy that can cut its link. */
export class ProxiedFollower extends Follower {
  readonly proxy: FaultProxy;

  constructor(proxy: FaultProxy, listening: FollowOptions, options: Partial<ClientOptions> = {}) {
    super([proxy.webSocketUrl], listening, options);
    this.proxy = proxy;
  }

  /** Cuts the link, and lets the client reconnect after `meanwhile`. */
  async breakWhile(meanwhile: () => Promise<void>): Promise<void> {
    await cut([this.proxy]);
    await meanwhile();
    await open([this.proxy]);
  }

  override async stop(): Promise<void> {
    await super.stop();
    this.proxy.close();
  }
}
