import { Worker } from "node:worker_threads";
import type { Pace } from "../../support/clients/pace.ts";
import type { FeedId } from "../../support/page/dashboard.ts";

/** A rate below this share of what was asked for is another load than the figure names. */
const LEAST_SHARE = 0.99;

/** What a flood is asked for. */
export interface FloodTask extends Pace {
  readonly tcpUrl: string;
}

/** What was really published. */
export interface Flooded {
  readonly sent: Readonly<Record<FeedId, number>>;
  /** Messages a second, from the first until the server had read the last. */
  readonly perSecond: number;
}

/**
 * Publishes valid events of the three EGOS feeds, as the sample publisher makes them, from a
 * thread of its own, so that what measures is not held up by the load.
 * @throws Error when the rate was not reached
 */
export async function flood(task: FloodTask): Promise<Flooded> {
  const worker = new Worker(new URL("./flood-thread.ts", import.meta.url), { workerData: task });
  const flooded = await new Promise<Flooded>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`the flood ended with ${code} before its end`)));
  });
  if (flooded.perSecond < LEAST_SHARE * task.perSecond) {
    const rates = `${Math.round(flooded.perSecond)} of ${task.perSecond} messages a second`;
    throw new Error(`the load was not reached: ${rates}; measure with nothing else running`);
  }
  return flooded;
}
