import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { startApp } from "../servers/app.ts";
import { descendants, memoryOf, queuedMs, workerdAmong } from "../tools/processes.ts";
import { HOSTILE_SERVERS, type Running, type StrangeServer } from "./strange-servers.ts";

/** Everything that has been seen to take an edge with it. */
const ALL: readonly StrangeServer[] = [
  ...HOSTILE_SERVERS,
  "sends INFO byte by byte",
  "redirects to itself",
  "sends PONG before its PING",
  "answers with a gzip bomb",
];

const ASK_EVERY_MS = 10;
const QUIET_ASKS = 20;
/** How long is watched after the answer: a server that sends on must not hold anything up then. */
const ASKS_AFTERWARDS = 10;

/** By when `/livez` is answered also during an attack, milliseconds. */
export const LATEST_MS = 100;

/** What the served product made of one hostile server. */
export interface Siege {
  readonly server: StrangeServer;
  /** The last answer's of `/readyz`. */
  readonly status: number;
  /** How long `/readyz` took at its longest, milliseconds. */
  readonly readyzMs: number;
  /**
   * The slowest `/livez` meanwhile, and the usual one of a quiet time just before, milliseconds; without the time in
   * which whoever asks or answers waited for a core that another process had.
   */
  readonly livezMs: number;
  readonly quietLivezMs: number;
  /** How much more memory the product held at its most than before, bytes. */
  readonly grownBytes: number;
  /** The most that it held, bytes. */
  readonly memoryBytes: number;
}

/** How long an observation is shown even to who wants a fresh one (worker/observatory.ts, `FRESH_MS`), milliseconds. */
const FRESH_MS = 1000;

/**
 * Lets the served product look at each hostile server in turn, a product of its own for each.
 * @param looks how often each is looked at: what is kept of one look comes together in many
 */
export async function besiege(servers: readonly StrangeServer[] = ALL, looks = 1): Promise<readonly Siege[]> {
  // In a thread of their own: what they send in bursts would hold up whoever measures.
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
    // The first ones are slow because they are compiled, which isn't the server's doing.
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
