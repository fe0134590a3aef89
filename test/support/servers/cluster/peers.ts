import type { Broker } from "../broker.ts";
import { askMonitor } from "../monitor.ts";

/** Of several servers one may be frozen: it keeps who asks all of them no longer than this, milliseconds. */
const ANSWER_DEADLINE_MS = 2000;

/** What a server's `/jsz` tells of the group that leads JetStream; only its leader knows the replicas. */
interface MetaCluster {
  readonly leader?: string;
  readonly replicas?: readonly { readonly current: boolean; readonly offline?: boolean }[];
}

/** A server's `/varz`, as far as its peers are concerned. */
interface Varz {
  readonly server_id: string;
  /** Releases that have one connection between two servers don't know the pool. */
  readonly cluster: { readonly pool_size?: number };
}

/** A server's `/routez?subs=1`, as far as tests look: what its peers want of it. */
interface Routez {
  readonly routes: readonly {
    readonly remote_id: string;
    readonly subscriptions_list?: readonly string[] | null;
  }[];
}

/** How the group that leads JetStream looks from a server. */
export async function metaOf(broker: Broker): Promise<MetaCluster | undefined> {
  return (await ask<{ meta_cluster?: MetaCluster }>(broker, "/jsz")).meta_cluster;
}

/** Whether a server calls itself well, JetStream included. */
export async function isHealthy(broker: Broker): Promise<boolean> {
  return (await ask<{ status?: string }>(broker, "/healthz")).status === "ok";
}

/**
 * Whether a server has every connection to its peers that it is to have: while their pool fills, what
 * is published at one can miss the others.
 */
export async function hasAllRoutes(broker: Broker, peers: number): Promise<boolean> {
  const [{ cluster }, { routes }] = await Promise.all([
    ask<Varz>(broker, "/varz"),
    ask<Routez>(broker, "/routez"),
  ]);
  // Beside the pool the system account has one of its own.
  const toEach = cluster.pool_size === undefined ? 1 : cluster.pool_size + 1;
  return routes.length === peers * toEach;
}

/** Whether one server sends what is published on a subject on to another: it has heard of a subscription there. */
export async function sendsOn(subject: string, from: Broker, to: Broker): Promise<boolean> {
  const [{ routes }, { server_id: id }] = await Promise.all([
    ask<Routez>(from, "/routez?subs=1"),
    ask<Varz>(to, "/varz"),
  ]);
  return routes.some(
    ({ remote_id: peer, subscriptions_list: subjects }) => peer === id && subjects?.includes(subject),
  );
}

function ask<T>(broker: Broker, path: string): Promise<T> {
  return askMonitor<T>(broker.monitorUrl, path, ANSWER_DEADLINE_MS);
}
