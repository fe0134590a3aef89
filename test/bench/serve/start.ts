import { performance } from "node:perf_hooks";
import { startDemo } from "../../support/servers/app.ts";
import { type Figure, repeated } from "../figure.ts";

const RUNS = 5;

/** Time from the command `npm start` to its first responses, with the page already built. */
export async function startTime(): Promise<Figure> {
  // The first start builds the product if necessary.
  await (await startDemo()).stop();
  const timesMs: number[] = [];
  for (let turn = 0; turn < RUNS; turn += 1) {
    const startedAtMs = performance.now();
    const app = await startDemo();
    timesMs.push(performance.now() - startedAtMs);
    await app.stop();
  }
  return repeated("serve-start", "ms", timesMs);
}
