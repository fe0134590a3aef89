import type { NatsConnection } from "@nats-io/transport-node";
import { connectFaithfully } from "../support/clients/publisher.ts";
import type { Cluster } from "../support/servers/cluster/index.ts";
import { idOf } from "./publishers.ts";

/**
 * Records which core messages reached which server and when, by a subscriber with a faultless connection to each server.
 * A client can't know of messages that never reached its server.
 */
export class Witnesses {
  /** Arrival times by id, then by server. */
  readonly arrivals = new Map<string, Map<number, number>>();
  readonly #connections: NatsConnection[] = [];

  static async start(cluster: Cluster, subject: string): Promise<Witnesses> {
    const witnesses = new Witnesses();
    for (const { index, broker } of cluster.servers) {
      const nats = await connectFaithfully(broker.tcpUrl, `witness ${index}`);
      nats.subscribe(subject, { callback: (_, message) => witnesses.#record(index, idOf(message.string())) });
      await nats.flush();
      witnesses.#connections.push(nats);
    }
    return witnesses;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#connections.map((nats) => nats.close()));
  }

  #record(server: number, id: string): void {
    const seen = this.arrivals.get(id) ?? new Map<number, number>();
    this.arrivals.set(id, seen);
    if (!seen.has(server)) seen.set(server, Date.now());
  }
}
