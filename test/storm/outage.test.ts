/** Servers of a cluster that are away while a client's own link lives, or breaks: its feeds by sequence wait, and have all. */
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

/** What holds in every scene here for feeds by sequence. */
const WHOLE = {
  lostByServers: [],
  sequenced: {
    duplicated: 0,
    disordered: 0,
    unknown: 0,
    misnumbered: 0,
    lostAndTold: 0,
    lostUntold: 0,
    toldTooMany: 0,
  },
  core: { duplicated: 0, unknown: 0, lostUntold: 0, toldTooMany: 0 },
};

describe.concurrent("while the own link lives or breaks", () => {
  test("the routes to the client's server are cut, three times for two seconds", async () => {
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
    expect(outcome).toMatchObject(WHOLE);
    // The cuts were felt: core messages of the other servers never came to the client's.
    expect(outcome.core.unknowable + outcome.core.lostAndTold).toBeGreaterThan(0);
    expect(outcome.breaks).toEqual([]);
  });

  test.each([
    [800, "republished"],
    [1600, "triggered"],
    [2400, "republished"],
    [2400, "triggered"],
  ] as const)(
    "the leader is stopped for %i ms while the client comes back, that of the stream which is %s",
    async (frozenMs, stream) => {
      const options = { seed: frozenMs, clients: [{ servers: [0, 1, 2] }], hasWitnesses: true };
      const outcome = await tryOnCluster(options, async ({ cluster, publishing }) => {
        const leader = await publishing.leaderOf(stream, cluster);
        const paths = cluster.servers.map(({ path }) => path);
        await cut(paths);
        await leader.broker.freeze();
        const aside = paths.filter((path) => path !== leader.path);
        await open(aside);
        await pause(frozenMs);
        leader.broker.thaw();
        await open(paths);
        await cluster.settled();
        return [];
      });
      expect(outcome).toMatchObject(WHOLE);
      expect(outcome.breaks.length).toBeGreaterThan(0);
    },
  );

  test("no leader for ten seconds: the client's server is alone with its replicas", async () => {
    const options = { seed: 10, clients: [{ servers: [0] }], hasWitnesses: true };
    const outcome = await tryOnCluster(options, async ({ cluster, publishing }) => {
      await Promise.all([1, 2].map((index) => cluster.server(index).broker.kill()));
      // With a break, so that the feeds must ask.
      cluster.server(0).path.reset();
      const before = publishing.acknowledged;
      await pause(LEADERLESS_MS);
      expect(publishing.acknowledged).toBe(before);
      await Promise.all([1, 2].map((index) => cluster.server(index).broker.restart()));
      await cluster.settled();
      return [];
    });
    expect(outcome).toMatchObject(WHOLE);
    expect(outcome.breaks.length).toBeGreaterThan(0);
  });

  test.each(SOURCES)(
    "nobody has the stream for ten seconds, %s: its feed waits, says so, and has all",
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
        await follower.begin();
        const first = await publish(nats, numbered("one.a", "m", 0, 10));
        await follower.has(10);
        await holder.broker.kill();
        own.path.reset();
        await until("it waits", () => follower.subscription.sequence?.state === "waiting");
        await pause(LEADERLESS_MS);
        await holder.broker.restart();
        const alive = await cluster.connect();
        await cluster.leaderOf("ONE", alive);
        // Its leader leads before the other servers know what it listens to.
        const back = await until("it takes a message", () => publish(alive, numbered("one.a", "m", 10, 11)));
        const later = await publish(alive, numbered("one.a", "m", 11, 20));
        await alive.close();
        await follower.has(20);
        expect(follower.account([...first, ...back, ...later])).toMatchObject(whole(20));
      } finally {
        await follower.stop();
        await nats.close();
        await cluster.stop();
      }
    },
  );
});
