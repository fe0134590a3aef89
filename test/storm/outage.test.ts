/** Servers of a cluster fail, with or without the client's link: its feeds by sequence wait, then get everything. */
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { Follower, whole } from "../scenes/support/follower.ts";
import { numbered, publish } from "../scenes/support/publish.ts";
import { SOURCES } from "../scenes/support/stream-server.ts";
import { Cluster } from "../support/servers/cluster/index.ts";
import { cut, open } from "../support/servers/cluster/routes.ts";
import { until } from "../support/tools/until.ts";
import { tryOnCluster } from "./trial.ts";

const LEADERLESS_MS = 10_000;

/** The outcome of every test in this file. */
const NOTHING_LOST = {
  lostByServers: [],
  sequenced: {
    duplicated: 0,
    disordered: 0,
    unknown: 0,
    misnumbered: 0,
    lostReported: 0,
    lostUnreported: 0,
    overReported: 0,
  },
  core: { duplicated: 0, unknown: 0, lostUnreported: 0, overReported: 0 },
};

describe.concurrent("feeds by sequence lose nothing when", () => {
  test("the routes to the client's server are cut three times for two seconds", async () => {
    const options = { seed: 3, clients: [{ servers: [0] }], hasWitnesses: true };
    const outcome = await tryOnCluster(options, async ({ cluster }) => {
      for (let turn = 0; turn < 3; turn += 1) {
        await pause(1000);
        await cut(cluster.routes.of(0));
        await pause(2000);
        await open(cluster.routes.of(0));
      }
      await cluster.settled();
      return [];
    });
    expect(outcome).toMatchObject(NOTHING_LOST);
    // Proof that the cuts worked: core messages of the other servers never reached the client's.
    expect(outcome.core.unknowable + outcome.core.lostReported).toBeGreaterThan(0);
    expect(outcome.breaks).toEqual([]);
  });

  test.each([
    [800, "republished"],
    [1600, "triggered"],
    [2400, "republished"],
    [2400, "triggered"],
  ] as const)(
    "the leader is stopped for %i ms while the client reconnects, with the stream %s",
    async (frozenMs, stream) => {
      const options = { seed: frozenMs, clients: [{ servers: [0, 1, 2] }], hasWitnesses: true };
      const outcome = await tryOnCluster(options, async ({ cluster, publishing }) => {
        const leader = await publishing.leaderOf(stream, cluster);
        const paths = cluster.servers.map(({ path }) => path);
        await cut(paths);
        await leader.broker.freeze();
        const reachable = paths.filter((path) => path !== leader.path);
        await open(reachable);
        await pause(frozenMs);
        leader.broker.thaw();
        await open(paths);
        await cluster.settled();
        return [];
      });
      expect(outcome).toMatchObject(NOTHING_LOST);
      expect(outcome.breaks.length).toBeGreaterThan(0);
    },
  );

  test("the stream has no leader for ten seconds: only the client's server is up", async () => {
    const options = { seed: 10, clients: [{ servers: [0] }], hasWitnesses: true };
    const outcome = await tryOnCluster(options, async ({ cluster, publishing }) => {
      await Promise.all([1, 2].map((index) => cluster.server(index).broker.kill()));
      // The break makes the feeds read from the stream.
      cluster.server(0).path.reset();
      const leaderlessAtMs = Date.now();
      await pause(LEADERLESS_MS);
      // Those that were published before may have been stored, and their acknowledgements under way.
      expect(publishing.acknowledgedSince(leaderlessAtMs)).toBe(0);
      await Promise.all([1, 2].map((index) => cluster.server(index).broker.restart()));
      await cluster.settled();
      return [];
    });
    expect(outcome).toMatchObject(NOTHING_LOST);
    expect(outcome.breaks.length).toBeGreaterThan(0);
  });

  test.each(SOURCES)(
    "the only replica is down for ten seconds, with the stream %s: the feed reports that it waits",
    async (source) => {
      const cluster = await Cluster.start();
      const nats = await cluster.connect();
      const republish = source === "republished" ? { republish: { src: ">", dest: "again.>" } } : {};
      await cluster.createStream(nats, "ONE", ["one.>"], {
        allow_direct: true,
        num_replicas: 1,
        ...republish,
      });
      const holder = await cluster.leaderOf("ONE", nats);
      const own = cluster.servers.find((one) => one !== holder) ?? holder;
      const stream = source === "republished" ? { name: "ONE", republished: "again.one.>" } : "ONE";
      const follower = new Follower([own.webSocketUrl], { subject: "one.>", stream });
      try {
        await follower.start();
        const first = await publish(nats, numbered("one.a", "m", 0, 10));
        await follower.receives(10);
        await holder.broker.kill();
        own.path.reset();
        await until("the feed waits", () => follower.subscription.sequence?.state === "waiting");
        await pause(LEADERLESS_MS);
        await holder.broker.restart();
        const alive = await cluster.connect();
        await cluster.leaderOf("ONE", alive);
        // The leader leads before the other servers know its subscriptions.
        const back = await until("the stream stores a message", () =>
          publish(alive, numbered("one.a", "m", 10, 11)),
        );
        const later = await publish(alive, numbered("one.a", "m", 11, 20));
        await alive.close();
        await follower.receives(20);
        expect(follower.account([...first, ...back, ...later])).toMatchObject(whole(20));
      } finally {
        await follower.stop();
        await nats.close();
        await cluster.stop();
      }
    },
  );
});
