import type { NatsConnection } from "@nats-io/transport-node";
import { connectFaithfully } from "../support/clients/publisher.ts";
import type { Cluster } from "../support/servers/cluster/index.ts";
import { idOf } from "./publishers.ts";

/**
 * Listens on each server, over a way on which no fault comes, and knows which messages came to it
 * and when: what never came to a client's server, the client can't know of.
 */
export class Witnesses {
  /** By id, then by server. */
  readonly arrivals = new Map<string, Map<number, number>>();
  readonly #connections: NatsConnection[] = [];

  static async start(cluster: Cluster, subject: string): Promise<Witnesses> {
    const witnesses = new Witnesses();
    for (const { index, broker } of cluster.servers) {
      const nats = await connectFaithfully(broker.tcpUrl, `witness ${index}`);
      nats.subscribe(subject, { callback: (_, message) => witnesses.#saw(index, idOf(message.string())) });
      await nats.flush();
      witnesses.#connections.push(nats);
    }
    return witnesses;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#connections.map((nats) => nats.close()));
  }

  #saw(server: number, id: string): void {
    const seen = this.arrivals.get(id) ?? new Map<number, number>();
    this.arrivals.set(id, seen);
    if (!seen.has(server)) seen.set(server, Date.now());
  }
}
