import type { Broker } from "../../support/broker.ts";
import { startNatsServer } from "../../support/nats-server.ts";
import { compared, type Figure, single } from "../figure.ts";
import { startBuiltWorker } from "./built-worker.ts";
import { flood, percentile } from "./flood.ts";

const RUNS = 5;
const PINGS = 1000;
const SECOND_MS = 1000;

/** How long an observation is shown (worker/observatory.ts, `TTL_MS`), milliseconds. */
const TTL_MS = 5000;

/** Floods of a thousand pings, at `/readyz` and `/livez` in turn: offered within a second, and all at once. */
export async function readyz(): Promise<readonly Figure[]> {
  const broker = await startNatsServer({ release: "2.15" });
  const worker = await startBuiltWorker(broker.webSocketUrl);
  const p99 = async (path: string, overMs: number): Promise<number> =>
    percentile((await flood(worker.url + path, PINGS, overMs)).timesMs, 0.99);
  try {
    // Compiled code is what a worker that is pinged all day runs.
    await flood(`${worker.url}/livez`, PINGS, SECOND_MS);
    const [evenly, livezEvenly, atOnce, livezAtOnce]: [number[], number[], number[], number[]] = [
      [],
      [],
      [],
      [],
    ];
    const upstream: number[] = [];
    for (let turn = 0; turn < RUNS; turn += 1) {
      const before = await connectionsTo(broker);
      const { timesMs, tookMs } = await flood(`${worker.url}/readyz`, PINGS, SECOND_MS);
      upstream.push(((await connectionsTo(broker)) - before) / (1 + Math.floor(tookMs / TTL_MS)));
      evenly.push(percentile(timesMs, 0.99));
      livezEvenly.push(await p99("/livez", SECOND_MS));
      atOnce.push(await p99("/readyz", 0));
      livezAtOnce.push(await p99("/livez", 0));
    }
    return [
      { ...single("readyz-upstream", Math.max(...upstream), "count"), runs: RUNS },
      compared("readyz-p99", "ms", evenly, livezEvenly, "/livez, which looks at nothing"),
      compared("readyz-at-once-p99", "ms", atOnce, livezAtOnce, "/livez, which looks at nothing"),
    ];
  } finally {
    await worker.stop();
    await broker.stop();
  }
}

async function connectionsTo(broker: Broker): Promise<number> {
  const varz = await (await fetch(`${broker.monitorUrl}/varz`)).json();
  return (varz as { total_connections: number }).total_connections;
}
