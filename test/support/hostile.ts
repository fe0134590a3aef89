import { setTimeout as wait } from "node:timers/promises";
import { HOSTILE_SERVERS, type StrangeServer } from "../../worker/testing.ts";
import { startApp } from "./app.ts";
import { memoryOf } from "./process-memory.ts";
import { startStrangeServers } from "./strange-servers.ts";

/** Everything that has been seen to take an edge with it. */
const ALL: readonly StrangeServer[] = [
  ...HOSTILE_SERVERS,
  "sends INFO byte by byte",
  "redirects to itself",
  "sends PONG before its PING",
  "answers with a gzip bomb",
];

const LOOK_AT_LIVEZ_EVERY_MS = 50;

/** What the served product made of one hostile server. */
export interface Siege {
  readonly server: StrangeServer;
  readonly status: number;
  /** How long `/readyz` took, and the slowest `/livez` meanwhile, milliseconds. */
  readonly readyzMs: number;
  readonly livezMs: number;
  /** How much more memory the product held at its most than before, bytes. */
  readonly grownBytes: number;
  /** The most that it held, bytes. */
  readonly memoryBytes: number;
}

/** Lets the served product look at each hostile server in turn, a product of its own for each. */
export async function besiege(servers: readonly StrangeServer[] = ALL): Promise<readonly Siege[]> {
  const strange = await startStrangeServers();
  try {
    const sieges: Siege[] = [];
    for (const server of servers) sieges.push(await besiegeWith(server, strange.addresses[server]));
    return sieges;
  } finally {
    await strange.stop();
  }
}

async function besiegeWith(server: StrangeServer, address: string): Promise<Siege> {
  const app = await startApp({ NATS_URL: `ws://${address}` });
  try {
    const timed = async (path: string) => {
      const startedAtMs = performance.now();
      const response = await fetch(app.url + path);
      await response.text();
      return { status: response.status, tookMs: performance.now() - startedAtMs };
    };
    // What is compiled first isn't the server's doing.
    for (let warm = 0; warm < 20; warm += 1) await timed("/livez");
    const before = memoryOf(app.pid);
    const looking = timed("/readyz");
    let isLooking = true;
    looking.finally(() => {
      isLooking = false;
    });
    let [livezMs, memoryBytes] = [0, before];
    // A server that sends on after the answer must not fill the memory then.
    for (let more = 20; isLooking || more > 0; more -= isLooking ? 0 : 1) {
      livezMs = Math.max(livezMs, (await timed("/livez")).tookMs);
      memoryBytes = Math.max(memoryBytes, memoryOf(app.pid));
      await wait(LOOK_AT_LIVEZ_EVERY_MS);
    }
    const { status, tookMs } = await looking;
    return { server, status, readyzMs: tookMs, livezMs, grownBytes: memoryBytes - before, memoryBytes };
  } finally {
    await app.stop();
  }
}
