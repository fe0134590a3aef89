import type { Broker } from "../broker.ts";
import { askMonitor } from "../monitor.ts";

/** Limit for each server's answer, short because a frozen one delays a query of all servers, milliseconds. */
const ANSWER_DEADLINE_MS = 2000;

/** JetStream's meta group in a server's `/jsz`; only its leader lists the replicas. */
interface MetaCluster {
  readonly leader?: string;
  readonly replicas?: readonly { readonly current: boolean; readonly offline?: boolean }[];
}

/** A server's `/varz`: the fields about its peers. */
interface Varz {
  readonly server_id: string;
  /** Missing in releases that use one connection between two servers. */
  readonly cluster: { readonly pool_size?: number };
}

/** A server's `/routez?subs=1`: its peers' subscriptions. */
interface Routez {
  readonly routes: readonly {
    readonly remote_id: string;
    readonly subscriptions_list?: readonly string[] | null;
  }[];
}

/** JetStream's meta group, as a server sees it. */
export async function metaOf(broker: Broker): Promise<MetaCluster | undefined> {
  return (await ask<{ meta_cluster?: MetaCluster }>(broker, "/jsz")).meta_cluster;
}

/** Whether a server reports itself healthy, including JetStream. */
export async function isHealthy(broker: Broker): Promise<boolean> {
  return (await ask<{ status?: string }>(broker, "/healthz")).status === "ok";
}

/**
 * Whether a server has all its connections to its peers: until their pools are complete, messages published on one
 * server can miss the others.
 */
export async function hasAllRoutes(broker: Broker, peers: number): Promise<boolean> {
  const [{ cluster }, { routes }] = await Promise.all([
    ask<Varz>(broker, "/varz"),
    ask<Routez>(broker, "/routez"),
  ]);
  // The system account has a connection besides the pool.
  const toEach = cluster.pool_size === undefined ? 1 : cluster.pool_size + 1;
  return routes.length === peers * toEach;
}

/** Whether one server forwards a subject's messages to another, because it knows of a subscription there. */
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
