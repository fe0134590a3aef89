import { Worker } from "node:worker_threads";
import type { Pace } from "../../support/clients/pace.ts";
import type { FeedId } from "../../support/page/dashboard.ts";

/** The least share of the requested rate: below it, the figure's name would be wrong. */
const LEAST_SHARE = 0.99;

/** The requested load. */
export interface FloodTask extends Pace {
  readonly tcpUrl: string;
}

/** The load that was really published. */
export interface Flooded {
  readonly sent: Readonly<Record<FeedId, number>>;
  /** Messages per second, from the first until the server had read the last. */
  readonly perSecond: number;
}

/**
 * Publishes valid events of the three EGOS feeds, like the sample publisher, from a separate thread, so that the load
 * doesn't delay the measurements.
 * @throws Error if the rate wasn't reached
 */
export async function flood(task: FloodTask): Promise<Flooded> {
  const worker = new Worker(new URL("./flood-thread.ts", import.meta.url), { workerData: task });
  const flooded = await new Promise<Flooded>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`the flood's thread exited early with code ${code}`)));
  });
  if (flooded.perSecond < LEAST_SHARE * task.perSecond) {
    const rates = `${Math.round(flooded.perSecond)} of ${task.perSecond} messages a second`;
    throw new Error(`the load wasn't reached: ${rates}; stop other programs and measure again`);
  }
  return flooded;
}
