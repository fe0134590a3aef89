import type { Broker } from "../../support/servers/broker.ts";
import { startNatsServer } from "../../support/servers/nats-server.ts";
import { compared, type Figure, single } from "../figure.ts";
import { startCounted } from "./counted.ts";
import { type Flood, flood, percentile } from "./flood.ts";

const RUNS = 5;
const PINGS = 1000;
const SECOND_MS = 1000;

/** Milliseconds for which an observation is reused: `TTL_MS` in worker/observatory.ts. */
const TTL_MS = 5000;

/**
 * Floods of a thousand requests to `/readyz` and `/livez` in turn, within a second and all at once. The first finds no
 * observation and waits for a probe; the others are answered from that observation.
 */
export async function readyz(): Promise<readonly Figure[]> {
  const broker = await startNatsServer({ release: "2.15" });
  // Without it, the worker would test every ten minutes whether the page's origin is allowed: one more connection
  // (worker/README.md).
  const PUBLIC_URL = "http://127.0.0.1";
  const worker = await startCounted({ NATS_URL: broker.webSocketUrl, PUBLIC_URL });
  const floodOf = (path: string, overMs: number) => flood(worker.url + path, PINGS, overMs);
  const p99 = async (path: string, overMs: number) => percentile((await floodOf(path, overMs)).timesMs, 0.99);
  const upstream: number[] = [];
  const object: number[] = [];
  const watched = async (floods: () => Promise<Flood>): Promise<number> => {
    const [connections, asked] = [await connectionsTo(broker), await worker.observationRequests()];
    const { timesMs, tookMs } = await floods();
    const observations = 1 + Math.floor(tookMs / TTL_MS);
    upstream.push(((await connectionsTo(broker)) - connections) / observations);
    object.push(((await worker.observationRequests()) - asked) / observations);
    return percentile(timesMs, 0.99);
  };
  try {
    // Warms up: a busy worker runs compiled code.
    await floodOf("/livez", SECOND_MS);
    const first = await watched(() => floodOf("/readyz", SECOND_MS));
    const evenly: number[] = [];
    const atOnce: number[] = [];
    const livez: Record<"evenly" | "atOnce", number[]> = { evenly: [], atOnce: [] };
    for (let turn = 0; turn < RUNS; turn += 1) {
      const fromCache = await watched(async () => {
        await (await fetch(`${worker.url}/readyz`, { headers: { "Cache-Control": "no-cache" } })).text();
        return floodOf("/readyz", SECOND_MS);
      });
      evenly.push(fromCache);
      livez.evenly.push(await p99("/livez", SECOND_MS));
      atOnce.push(await p99("/readyz", 0));
      livez.atOnce.push(await p99("/livez", 0));
    }
    const baseline = "/livez, which looks at nothing";
    return [
      { ...single("readyz-upstream", Math.max(...upstream), "count"), runs: upstream.length },
      { ...single("readyz-object", Math.max(...object), "count"), runs: object.length },
      compared("readyz-p99", "ms", evenly, livez.evenly, baseline),
      single("readyz-first-p99", first, "ms"),
      compared("readyz-at-once-p99", "ms", atOnce, livez.atOnce, baseline),
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
