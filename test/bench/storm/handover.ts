import { setTimeout as pause } from "node:timers/promises";
import { tryOnCluster } from "../../storm/trial.ts";
import { handOver } from "../../support/clients/hand-over.ts";
import { delay } from "../../support/servers/cluster/routes.ts";
import { type Figure, single } from "../figure.ts";

/** Messages per stream; half of them before the handover. */
const MESSAGES = 1000;
const PER_SECOND = 1000;
const RUNS = 3;

/** Latency between the servers. */
const BETWEEN_SERVERS_MS = 100;

/** Losses and repeats among 1,000 messages per stream while the client moves to a distant server; the worst run. */
export async function* handover(): AsyncIterable<Figure> {
  let [lost, duplicated] = [0, 0];
  for (let seed = 1; seed <= RUNS; seed += 1) {
    const options = {
      seed,
      clients: [{ servers: [0, 1] }],
      publishersAt: [],
      perSecond: PER_SECOND,
      hasWitnesses: false,
    };
    const { sequenced, handovers } = await tryOnCluster(options, async ({ cluster, clients: [client] }) => {
      delay(cluster.routes.between(0, 1), BETWEEN_SERVERS_MS);
      // A fixed wait: the time to publish half of the messages.
      await pause((MESSAGES / PER_SECOND) * 500);
      if (client !== undefined) await handOver(client.storm.client);
      await pause((MESSAGES / PER_SECOND) * 500);
      return [];
    });
    if (handovers === 0)
      throw new Error("no handover happened while messages were published: nothing was measured");
    lost = Math.max(lost, sequenced.published - sequenced.delivered);
    duplicated = Math.max(duplicated, sequenced.duplicated);
  }
  yield { ...single("handover-lost", lost, "count"), runs: RUNS };
  yield { ...single("handover-duplicated", duplicated, "count"), runs: RUNS };
}
