import { startApp } from "../../support/app.ts";
import type { Broker } from "../../support/broker.ts";
import { startNatsServer } from "../../support/nats-server.ts";
import { compared, type Figure, single } from "../figure.ts";

const PINGS = 1000;

/** Rounds in which the time of an answer is looked at, ping after ping: `wrangler dev` queues what comes together. */
const RUNS = 5;
const PINGS_IN_A_RUN = 200;

/** How long an observation is shown (worker/observatory.ts, `TTL_MS`), milliseconds. */
const TTL_MS = 5000;

/** A thousand pings at the same time, and a thousand one after the other, against `npm start`'s worker and a real nats-server. */
export async function readyz(): Promise<readonly Figure[]> {
  const broker = await startNatsServer({ release: "2.15" });
  const app = await startApp({ NATS_URL: broker.webSocketUrl });
  try {
    const before = await connectionsTo(broker);
    const startedAtMs = performance.now();
    // Nobody has asked yet: the first of these makes the probe, and the others share it.
    await timesOf(`${app.url}/readyz`, PINGS, PINGS);
    const tookMs = performance.now() - startedAtMs;
    const connections = (await connectionsTo(broker)) - before;
    const [ours, floor]: [number[], number[]] = [[], []];
    for (let turn = 0; turn < RUNS; turn += 1) {
      ours.push(percentile(await timesOf(`${app.url}/readyz`, PINGS_IN_A_RUN, 1), 0.99));
      floor.push(percentile(await timesOf(`${app.url}/livez`, PINGS_IN_A_RUN, 1), 0.99));
    }
    return [
      single("readyz-upstream", connections / (1 + Math.floor(tookMs / TTL_MS)), "count"),
      compared("readyz-p99", "ms", ours, floor, "/livez, which looks at nothing"),
    ];
  } finally {
    await app.stop();
    await broker.stop();
  }
}

async function connectionsTo(broker: Broker): Promise<number> {
  const varz = await (await fetch(`${broker.monitorUrl}/varz`)).json();
  return (varz as { total_connections: number }).total_connections;
}

/** The times of `pings` answers, milliseconds, with `atATime` under way. */
async function timesOf(url: string, pings: number, atATime: number): Promise<readonly number[]> {
  const times: number[] = [];
  let left = pings;
  const monitor = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const startedAtMs = performance.now();
      const response = await fetch(`${url}?x=${left}`);
      await response.text();
      if (response.status !== 200) throw new Error(`${url} says ${response.status}`);
      times.push(performance.now() - startedAtMs);
    }
  };
  await Promise.all(Array.from({ length: atATime }, monitor));
  return times;
}

function percentile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return Math.round((sorted[Math.ceil(sorted.length * share) - 1] ?? 0) * 10) / 10;
}
