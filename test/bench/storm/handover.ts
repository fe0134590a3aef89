import { setTimeout as pause } from "node:timers/promises";
import { tryOnCluster } from "../../storm/trial.ts";
import { handOver } from "../../support/clients/hand-over.ts";
import { delay } from "../../support/servers/cluster/routes.ts";
import { type Figure, single } from "../figure.ts";

/** Messages of each stream; half of them before the handover. */
const MESSAGES = 1000;
const PER_SECOND = 1000;
const RUNS = 3;

/** How much later one server hears what the other was told. */
const BETWEEN_SERVERS_MS = 100;

/** What became of 1,000 messages of each stream while their client moved over to a server far away; the worst of the runs. */
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
      // This is how long it publishes, not a wait for something to happen.
      await pause((MESSAGES / PER_SECOND) * 500);
      if (client !== undefined) await handOver(client.storm.client);
      await pause((MESSAGES / PER_SECOND) * 500);
      return [];
    });
    if (handovers === 0) throw new Error("no handover fell into the messages: nothing was measured");
    lost = Math.max(lost, sequenced.published - sequenced.delivered);
    duplicated = Math.max(duplicated, sequenced.duplicated);
  }
  yield { ...single("handover-lost", lost, "count"), runs: RUNS };
  yield { ...single("handover-duplicated", duplicated, "count"), runs: RUNS };
}
