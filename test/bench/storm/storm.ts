import { runStorm } from "../../storm/storm.ts";
import { PLAIN } from "../../support/clients/plain-nats.ts";
import { type BenchOptions, type Figure, single } from "../figure.ts";

const SEED = 1;
const SECONDS = 60;

/** Losses and repeats in a storm, compared with plain nats.ws, which reports no losses. */
export async function* storm({ seed = SEED, seconds = SECONDS }: BenchOptions): AsyncIterable<Figure> {
  const { sequenced, core, lostByServers, handovers, breaks, plain } = await runStorm({
    seed,
    seconds,
    withPlain: true,
  });
  process.stderr.write(
    `storm: seed ${seed}, ${seconds} s, ${handovers} handovers, ${breaks.length} breaks, ${lostByServers.length} lost by the servers\n` +
      `storm: by sequence ${JSON.stringify(sequenced)}\nstorm: core ${JSON.stringify(core)}\nstorm: ${PLAIN} ${JSON.stringify(plain)}\n`,
  );
  if (handovers === 0 || breaks.length === 0)
    throw new Error("no fault affected a client: nothing was measured");
  const beside = (figure: Figure, baseline: number): Figure => ({ ...figure, baseline, baselineName: PLAIN });
  yield beside(
    single("storm-untold", sequenced.lostUnreported + sequenced.overReported, "count"),
    plain?.republished.lost ?? 0,
  );
  yield beside(single("storm-duplicated", sequenced.duplicated, "count"), plain?.republished.duplicated ?? 0);
  yield single("storm-disordered", sequenced.disordered + sequenced.unknown + sequenced.misnumbered, "count");
  yield beside(single("storm-core-untold", core.lostUnreported, "count"), plain?.core.lost ?? 0);
  yield beside(single("storm-core-duplicated", core.duplicated, "count"), plain?.core.duplicated ?? 0);
}
