import type { NatsConnection } from "@nats-io/transport-node";
import type { ClientOptions, StreamSource } from "../../../client/index.ts";
import { FaultProxy } from "../../../dev/fault-proxy/index.ts";
import { connectPublisher } from "../../support/clients/publisher.ts";
import type { Broker } from "../../support/servers/broker.ts";
import { cut, open } from "../../support/servers/cluster/routes.ts";
import { startNatsServer } from "../../support/servers/nats-server.ts";
import { createStream, type StreamConfig } from "../../support/servers/stream.ts";
import { freePort } from "../../support/tools/ports.ts";
import { Follower, type Listening } from "./follower.ts";

/** The two kinds of feeds by sequence, for `test.each`: the stream republishes, or its subject only says that there is more. */
export const SOURCES = ["republished", "triggered"] as const;

/** A kind of source. */
export type Source = (typeof SOURCES)[number];

/** One server with JetStream for many scenes at the same time: each has a stream of its own, and a way of its own. */
export class StreamServer {
  readonly broker: Broker;
  /** An independent client, to publish with. */
  readonly nats: NatsConnection;

  private constructor(broker: Broker, nats: NatsConnection) {
    this.broker = broker;
    this.nats = nats;
  }

  /**
   * @param config appended to the server's configuration
   * @param domain its JetStream domain
   */
  static async start(config = "", domain?: string): Promise<StreamServer> {
    const jetStream = domain === undefined ? true : { domain };
    const broker = await startNatsServer({ jetStream, config });
    return new StreamServer(broker, await connectPublisher(broker.tcpUrl));
  }

  /**
   * Creates a stream on `NAME.>`, unless its configuration says otherwise.
   * @returns how to listen to it
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

  /** A client on a way of its own, live and up to date. */
  async follow(listening: Listening, options: Partial<ClientOptions> = {}): Promise<Followed> {
    const target = Number(new URL(this.broker.webSocketUrl).port);
    const way = await FaultProxy.start({ port: await freePort(), target, protocol: "tcp" });
    const followed = new Followed(way, listening, options);
    await followed.begin();
    return followed;
  }

  async stop(): Promise<void> {
    await this.nats.close();
    await this.broker.stop("SIGKILL");
  }
}

/** A client whose way to the server can be cut. */
export class Followed extends Follower {
  readonly way: FaultProxy;

  constructor(way: FaultProxy, listening: Listening, options: Partial<ClientOptions> = {}) {
    super([way.webSocketUrl], listening, options);
    this.way = way;
  }

  /** Breaks its link, and lets it back when `meanwhile` is over. */
  async breakWhile(meanwhile: () => Promise<void>): Promise<void> {
    await cut([this.way]);
    await meanwhile();
    await open([this.way]);
  }

  override async stop(): Promise<void> {
    await super.stop();
    this.way.close();
  }
}
