/** Handovers in a cluster: feeds by sequence lose and repeat nothing, and gaps report every lost core message. */
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { HANDOVER_DEADLINE_MS, handOver } from "../support/clients/hand-over.ts";
import { delay } from "../support/servers/cluster/routes.ts";
import { until } from "../support/tools/until.ts";
import type { StormClient } from "./client.ts";
import { tryOnCluster } from "./trial.ts";

/** The outcome of every test in this file. */
const NOTHING_UNREPORTED = {
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
  core: { duplicated: 0, unknown: 0, lostUnreported: 0, unknowable: 0, overReported: 0 },
};

/** The server that a client is live on, by its index. */
function serverOf(client: StormClient): number {
  const { attached } = client.record();
  const last = attached.at(-1);
  if (last === undefined) throw new Error("the client isn't live");
  return last.server;
}

describe.concurrent("a handover just after the old server was stopped", () => {
  test.each([500, 3000, 12_000])("for %i ms loses nothing without a gap", async (frozenMs) => {
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
      await until("a handover or a break", () => ends() > before, HANDOVER_DEADLINE_MS);
      await pause(1000);
      await cluster.settled();
      return [];
    });
    expect(outcome).toMatchObject(NOTHING_UNREPORTED);
    // After half a second the handover succeeds; the client doesn't consider the link lost.
    if (frozenMs === 500) {
      expect(outcome.handovers).toBeGreaterThan(0);
      expect(outcome.breaks).toEqual([]);
    }
  });
});

describe.concurrent("with 100 ms between two servers", () => {
  test("three handovers each way lose nothing without a gap, with a publisher at each server", async () => {
    const options = {
      seed: 100,
      // Tokens without expiry: a renewal would add a handover to the count.
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
    expect(outcome).toMatchObject(NOTHING_UNREPORTED);
    expect([outcome.handovers, outcome.breaks.length]).toEqual([6, 0]);
  });
});
