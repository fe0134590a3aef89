import type { NatsConnection } from "@nats-io/transport-node";
import { Random } from "../chaos/random.ts";
import { connectFaithfully } from "../support/clients/publisher.ts";
import type { Stored } from "../support/ledger/by-sequence.ts";
import type { Sent } from "../support/ledger/core.ts";
import type { Cluster, ClusterServer } from "../support/servers/cluster/index.ts";
import type { LastMessages } from "./client.ts";
import { FEEDS, SEQUENCED } from "./feeds.ts";
import { CorePublisher, StreamPublisher } from "./publishers.ts";
import { readStream } from "./stored.ts";
import { Witnesses } from "./witness.ts";

/** What is published where. */
export interface PublishingPlan {
  readonly seed: number;
  /** Indexes of the servers at which core messages are published. */
  readonly publishersAt: readonly number[];
  /** Messages per second, for each stream and each core publisher. */
  readonly perSecond: number;
}

/** What was published in a storm, according to the servers. */
export interface Truth {
  readonly streams: Readonly<Record<(typeof SEQUENCED)[number], readonly Stored[]>>;
  /** Core messages, in the order of publication. */
  readonly sent: readonly Sent[];
  /** Null without witnesses. */
  readonly arrivals: Witnesses["arrivals"] | null;
  /** Acknowledged messages that the stream lacks, with their sequences: a fault of the servers, not of a client. */
  readonly lostByServers: readonly string[];
}

/**
 * The core messages that reached a server, according to a witness or because the subscriber received them. No client can
 * be blamed for messages that were lost with a killed server.
 */
export function reached({ sent, arrivals }: Truth, received: ReadonlySet<string>): Sent[] {
  return sent.filter(({ id }) => arrivals === null || arrivals.has(id) || received.has(id));
}

/** All publishers of a storm, and the witnesses of the core messages. */
export class Publishing {
  readonly #nats: NatsConnection;
  readonly #connections: NatsConnection[] = [];
  readonly #streams: StreamPublisher[] = [];
  readonly #cores: CorePublisher[] = [];
  /** Null if nobody needs to know which core messages reached which server. */
  readonly #witnesses: Witnesses | null;

  private constructor(nats: NatsConnection, witnesses: Witnesses | null) {
    this.#nats = nats;
    this.#witnesses = witnesses;
  }

  /** Creates the streams, without publishing anything yet. */
  static async prepare(cluster: Cluster, hasWitnesses: boolean): Promise<Publishing> {
    const nats = await cluster.connect();
    for (const name of SEQUENCED) {
      const { subject, stream } = FEEDS[name];
      const republish =
        "republished" in stream ? { republish: { src: subject, dest: stream.republished } } : {};
      await cluster.createStream(nats, stream.name, [subject], { allow_direct: true, ...republish });
    }
    return new Publishing(nats, hasWitnesses ? await Witnesses.start(cluster, FEEDS.core.subject) : null);
  }

  async start(cluster: Cluster, { seed, publishersAt, perSecond }: PublishingPlan): Promise<void> {
    for (const [index, name] of SEQUENCED.entries()) {
      const nats = await cluster.connect();
      this.#connections.push(nats);
      const prefix = FEEDS[name].subject.replace(">", "");
      const subjects = [`${prefix}a`, `${prefix}b`, `${prefix}c.d`] as const;
      this.#streams.push(new StreamPublisher(nats, name, subjects, new Random(seed + index)));
    }
    for (const index of publishersAt) {
      const { name, broker } = cluster.server(index);
      const nats = await connectFaithfully(broker.tcpUrl, "publisher");
      this.#connections.push(nats);
      this.#cores.push(new CorePublisher(nats, name, FEEDS.core.subject, new Random(seed)));
    }
    for (const publisher of [...this.#streams, ...this.#cores]) publisher.start(perSecond);
  }

  /** The leader of a feed's stream. */
  leaderOf(name: (typeof SEQUENCED)[number], cluster: Cluster): Promise<ClusterServer> {
    return cluster.leaderOf(FEEDS[name].stream.name, this.#nats);
  }

  /** How many messages, published at this time (epoch milliseconds) or later, the streams have acknowledged. */
  acknowledgedSince(fromMs: number): number {
    return this.#streams.flatMap(({ acknowledged }) => acknowledged.filter(({ atMs }) => atMs >= fromMs))
      .length;
  }

  /** Stops publishing; settles when the streams have acknowledged every message. */
  async stop(): Promise<void> {
    await Promise.all([...this.#streams, ...this.#cores].map((publisher) => publisher.stop()));
  }

  /** Publishes a core message at each server; once these have come, all earlier ones have. */
  publishLastMessages(): LastMessages {
    const [republished = 0, triggered = 0] = this.#acknowledged().map((sequences) =>
      Math.max(0, ...sequences),
    );
    return { core: this.#cores.map((publisher) => publisher.publish()), republished, triggered };
  }

  /** The sequences that each stream has acknowledged. */
  #acknowledged(): ReadonlySet<number>[] {
    return this.#streams.map(({ acknowledged }) => new Set(acknowledged.map(({ sequence }) => sequence)));
  }

  /** Reads what the servers have, once the cluster is whole. */
  async truth(): Promise<Truth> {
    const [ofRepublished = new Set(), ofTriggered = new Set()] = this.#acknowledged();
    const streams = {
      republished: await readStream(this.#nats, FEEDS.republished.stream.name, ofRepublished),
      triggered: await readStream(this.#nats, FEEDS.triggered.stream.name, ofTriggered),
    };
    const stored = new Set(SEQUENCED.flatMap((name) => streams[name]).map(describe));
    const sent = this.#cores.flatMap((publisher) => publisher.sent);
    return {
      streams,
      sent: sent.sort((a, b) => a.atMs - b.atMs),
      arrivals: this.#witnesses?.arrivals ?? null,
      lostByServers: this.#streams
        .flatMap(({ acknowledged }) => acknowledged.map(describe))
        .filter((one) => !stored.has(one)),
    };
  }

  async end(): Promise<void> {
    await Promise.all([...this.#streams, ...this.#cores].map((publisher) => publisher.end()));
    await this.#witnesses?.stop();
    await Promise.all([this.#nats, ...this.#connections].map((nats) => nats.close()));
  }
}

function describe({ id, sequence }: Stored): string {
  return `${id} at ${sequence}`;
}
