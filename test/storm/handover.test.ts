/** Handovers between the servers of a cluster: nothing by sequence is lost or repeated, and no core message untold. */
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { HANDOVER_DEADLINE_MS, handOver } from "../support/clients/hand-over.ts";
import { delay } from "../support/servers/cluster/routes.ts";
import { until } from "../support/tools/until.ts";
import type { StormClient } from "./client.ts";
import { tryOnCluster } from "./trial.ts";

/** What holds in every scene here. */
const NOTHING_UNTOLD = {
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
  core: { duplicated: 0, unknown: 0, lostUntold: 0, unknowable: 0, toldTooMany: 0 },
};

/** The server that a client is live on, by its index. */
function serverOf(client: StormClient): number {
  const { attached } = client.record();
  const last = attached.at(-1);
  if (last === undefined) throw new Error("it isn't live on any");
  return last.server;
}

describe.concurrent("the old server is stopped just before a handover", () => {
  test.each([500, 3000, 12_000])("for %i ms", async (frozenMs) => {
    const options = {
      seed: frozenMs,
      clients: [{ servers: [0, 1] }],
      publishersAt: [1, 2],
      hasWitnesses: false,
    };
    const outcome = await tryOnCluster(options, async ({ cluster, clients: [client] }) => {
      if (client === undefined) throw new Error("no client");
      const ends = () => {
        const { handovers, breaks } = client.storm.record();
        return handovers + breaks.length;
      };
      await pause(1000);
      const { broker } = cluster.server(serverOf(client.storm));
      const before = ends();
      await broker.freeze();
      void client.handOver();
      await pause(frozenMs);
      broker.thaw();
      await until("it has moved, or was lost", () => ends() > before, HANDOVER_DEADLINE_MS);
      await pause(1000);
      await cluster.settled();
      return [];
    });
    expect(outcome).toMatchObject(NOTHING_UNTOLD);
    // Half a second is no silence yet: it is a handover that has met it, and not a break.
    if (frozenMs === 500) {
      expect(outcome.handovers).toBeGreaterThan(0);
      expect(outcome.breaks).toEqual([]);
    }
  });
});

describe.concurrent("100 ms between two servers", () => {
  test("publishers at either, and three handovers each way", async () => {
    const options = {
      seed: 100,
      // No renewal comes among the handovers that are counted, however long they take.
      clients: [
        {
          servers: [0, 1],
          options: { credentials: async () => ({ type: "token" as const, token: "storm" }) },
        },
      ],
      publishersAt: [0, 1],
      perSecond: 200,
      hasWitnesses: false,
    };
    const outcome = await tryOnCluster(options, async ({ cluster, clients: [client] }) => {
      if (client === undefined) throw new Error("no client");
      delay(cluster.routes.between(0, 1), 100);
      await pause(1000);
      for (let turn = 0; turn < 6; turn += 1) {
        await handOver(client.storm.client);
        await pause(500);
      }
      delay(cluster.routes.all(), 0);
      return [];
    });
    expect(outcome).toMatchObject(NOTHING_UNTOLD);
    expect([outcome.handovers, outcome.breaks.length]).toEqual([6, 0]);
  });
});
