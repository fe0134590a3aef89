import type { NatsConnection } from "@nats-io/transport-node";
import { Random } from "../chaos/random.ts";
import { connectFaithfully } from "../support/clients/publisher.ts";
import type { Stored } from "../support/ledger/by-sequence.ts";
import type { Sent } from "../support/ledger/core.ts";
import type { Cluster, ClusterServer } from "../support/servers/cluster/index.ts";
import type { Lasts } from "./client.ts";
import { FEEDS, SEQUENCED } from "./feeds.ts";
import { CorePublisher, StreamPublisher } from "./publishers.ts";
import { readStream } from "./stored.ts";
import { Witnesses } from "./witness.ts";

/** How fast, and where core messages are published, by the servers' indexes. */
export interface PublishingPlan {
  readonly seed: number;
  readonly publishersAt: readonly number[];
  /** Messages a second, of each stream and of each core publisher. */
  readonly perSecond: number;
}

/** What was published in a storm, as the servers have it. */
export interface Truth {
  readonly streams: Readonly<Record<(typeof SEQUENCED)[number], readonly Stored[]>>;
  /** Core messages in the order in which they were sent. */
  readonly sent: readonly Sent[];
  /** Null where there are no witnesses. */
  readonly arrivals: Witnesses["arrivals"] | null;
  /** Acknowledged messages that the stream doesn't have, with their sequences: a fault of the servers, not of a client. */
  readonly lostByServers: readonly string[];
}

/**
 * The core messages that came to a server, as its witness saw or as a subscriber shows that was given them: what a
 * server took along when it was killed was nobody's to bring.
 */
export function reached({ sent, arrivals }: Truth, given: ReadonlySet<string>): Sent[] {
  return sent.filter(({ id }) => arrivals === null || arrivals.has(id) || given.has(id));
}

/** All publishers of a storm, and the witnesses of what became of core messages. */
export class Publishing {
  readonly #nats: NatsConnection;
  readonly #connections: NatsConnection[] = [];
  readonly #streams: StreamPublisher[] = [];
  readonly #cores: CorePublisher[] = [];
  /** None where what came to which server isn't asked. */
  readonly #witnesses: Witnesses | null;

  private constructor(nats: NatsConnection, witnesses: Witnesses | null) {
    this.#nats = nats;
    this.#witnesses = witnesses;
  }

  /** Creates the streams; nothing is published yet. */
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

  /** The server that leads the stream of a feed. */
  leaderOf(name: (typeof SEQUENCED)[number], cluster: Cluster): Promise<ClusterServer> {
    return cluster.leaderOf(FEEDS[name].stream.name, this.#nats);
  }

  /** How many messages the streams have acknowledged. */
  get acknowledged(): number {
    return this.#streams.reduce((total, { acknowledged }) => total + acknowledged.length, 0);
  }

  /** Publishes nothing more; settles when all that a stream was given is acknowledged. */
  async stop(): Promise<void> {
    await Promise.all([...this.#streams, ...this.#cores].map((publisher) => publisher.stop()));
  }

  /** Publishes one more core message at each server; what came before them on the same ways came before. */
  publishLasts(): Lasts {
    const [republished = 0, triggered = 0] = this.#acknowledged().map((sequences) =>
      Math.max(0, ...sequences),
    );
    return { core: this.#cores.map((publisher) => publisher.publish()), republished, triggered };
  }

  /** The sequences that each stream has acknowledged. */
  #acknowledged(): ReadonlySet<number>[] {
    return this.#streams.map(({ acknowledged }) => new Set(acknowledged.map(({ sequence }) => sequence)));
  }

  /** What the servers have, once all is calm. */
  async truth(): Promise<Truth> {
    const [ofRepublished = new Set(), ofTriggered = new Set()] = this.#acknowledged();
    const streams = {
      republished: await readStream(this.#nats, FEEDS.republished.stream.name, ofRepublished),
      triggered: await readStream(this.#nats, FEEDS.triggered.stream.name, ofTriggered),
    };
    const there = new Set(SEQUENCED.flatMap((name) => streams[name]).map(inWords));
    const sent = this.#cores.flatMap((publisher) => publisher.sent);
    return {
      streams,
      sent: sent.sort((a, b) => a.atMs - b.atMs),
      arrivals: this.#witnesses?.arrivals ?? null,
      lostByServers: this.#streams
        .flatMap(({ acknowledged }) => acknowledged.map(inWords))
        .filter((one) => !there.has(one)),
    };
  }

  async end(): Promise<void> {
    await Promise.all([...this.#streams, ...this.#cores].map((publisher) => publisher.end()));
    await this.#witnesses?.stop();
    await Promise.all([this.#nats, ...this.#connections].map((nats) => nats.close()));
  }
}

function inWords({ id, sequence }: Stored): string {
  return `${id} at ${sequence}`;
}
