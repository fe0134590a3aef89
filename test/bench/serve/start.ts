import { performance } from "node:perf_hooks";
import { startDemo } from "../../support/servers/app.ts";
import { type Figure, repeated } from "../figure.ts";

const RUNS = 5;

/** From the command `npm start` to its answers, the page built before. */
export async function startTime(): Promise<Figure> {
  // The first one builds what isn't built.
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
