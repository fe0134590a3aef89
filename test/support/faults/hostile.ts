import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { startApp } from "../servers/app.ts";
import { descendants, memoryOf, queuedMs, workerdAmong } from "../tools/processes.ts";
import { HOSTILE_SERVERS, type Running, type StrangeServer } from "./strange-servers.ts";

/** All kinds of servers that have been seen to harm an edge. */
const ALL: readonly StrangeServer[] = [
  ...HOSTILE_SERVERS,
  "sends INFO byte by byte",
  "redirects to itself",
  "sends PONG before its PING",
  "answers with a gzip bomb",
];

const ASK_EVERY_MS = 10;
const QUIET_ASKS = 20;
/** Observation time after the answer, in which a server that keeps sending must not block anything. */
const ASKS_AFTERWARDS = 10;

/** Milliseconds within which `/livez` must answer during an attack. */
export const LATEST_MS = 100;

/** Measurements of the served product under one hostile server. */
export interface Siege {
  readonly server: StrangeServer;
  /** Status of the last `/readyz`. */
  readonly status: number;
  /** The slowest `/readyz`, milliseconds. */
  readonly readyzMs: number;
  /**
   * The slowest `/livez` during the attack, and the median of a quiet time just before, milliseconds; without the time
   * in which this process or workerd waited for a core.
   */
  readonly livezMs: number;
  readonly quietLivezMs: number;
  /** Peak growth of the product's memory, bytes. */
  readonly grownBytes: number;
  /** Peak memory, bytes. */
  readonly memoryBytes: number;
}

/** Milliseconds for which the worker reuses an observation despite `no-cache` (worker/observatory.ts, `FRESH_MS`). */
const FRESH_MS = 1000;

/**
 * Lets a freshly served product probe each hostile server in turn.
 * @param looks number of probes per server: memory kept by each probe adds up
 */
export async function besiege(servers: readonly StrangeServer[] = ALL, looks = 1): Promise<readonly Siege[]> {
  // In a separate thread, because their bursts would delay the measurements.
  const thread = new Worker(new URL("./strange-servers-thread.ts", import.meta.url));
  try {
    const [addresses] = (await once(thread, "message")) as [Running["addresses"]];
    const sieges: Siege[] = [];
    for (const server of servers) sieges.push(await besiegeWith(server, addresses[server], looks));
    return sieges;
  } finally {
    await thread.terminate();
  }
}

async function besiegeWith(server: StrangeServer, address: string, looks: number): Promise<Siege> {
  const app = await startApp({ NATS_URL: `ws://${address}` });
  try {
    const pids = [app.pid, ...descendants(app.pid)];
    const concerned = [process.pid, workerdAmong(pids)];
    const ask = async (path: string) => {
      const queuedSoFarMs = () => concerned.reduce((sum, pid) => sum + queuedMs(pid), 0);
      const [startedAtMs, queuedBeforeMs] = [performance.now(), queuedSoFarMs()];
      const response = await fetch(app.url + path, { headers: { "Cache-Control": "no-cache" } });
      await response.text();
      const tookMs = performance.now() - startedAtMs;
      const ownMs = Math.max(0, tookMs - (queuedSoFarMs() - queuedBeforeMs));
      return { status: response.status, tookMs, ownMs };
    };
    const quietMs: number[] = [];
    // The first requests are slow because code is compiled.
    for (let count = 0; count < 2 * QUIET_ASKS; count += 1) {
      quietMs.push((await ask("/livez")).ownMs);
      await wait(ASK_EVERY_MS);
    }
    const before = memoryOf(pids);
    let [livezMs, readyzMs, status, memoryBytes] = [0, 0, 0, before];
    for (let look = 0; look < looks; look += 1) {
      if (look > 0) await wait(FRESH_MS);
      let isLooking = true;
      const looking = ask("/readyz").finally(() => {
        isLooking = false;
      });
      for (let left = ASKS_AFTERWARDS; isLooking || left > 0; left -= isLooking ? 0 : 1) {
        livezMs = Math.max(livezMs, (await ask("/livez")).ownMs);
        memoryBytes = Math.max(memoryBytes, memoryOf(pids));
        await wait(ASK_EVERY_MS);
      }
      const answer = await looking;
      status = answer.status;
      readyzMs = Math.max(readyzMs, answer.tookMs);
    }
    const quietLivezMs = median(quietMs.slice(QUIET_ASKS));
    const grownBytes = memoryBytes - before;
    return { server, status, readyzMs, livezMs, quietLivezMs, grownBytes, memoryBytes };
  } finally {
    await app.stop();
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? 0;
}
