import { createServer, type Server } from "node:net";

/**
 * Below the kernel's range for outgoing connections, so that a server that is down for a while finds its port still
 * free; above the ports that Chromium blocks.
 */
const FIRST_PORT = 20_000;
const PORTS_PER_RANGE = 100;
const RANGES = 120;

let range: Promise<number> | undefined;
let next = 0;

/**
 * A free loopback port. Parallel test processes use different ranges, and no port is returned twice: a port that is
 * free may belong to a server that a test will start again.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    // The first port of a range reserves it.
    if (next % PORTS_PER_RANGE === 0) {
      range = claimRange();
      next += 1;
    }
    const offset = next++ % PORTS_PER_RANGE;
    const port = ((await range) ?? 0) + offset;
    if (await canListen(port)) return port;
  }
}

/** Whether a loopback port is free. */
export async function canListen(port: number): Promise<boolean> {
  const server = await listenOn(port);
  await new Promise<void>((resolve) => (server === null ? resolve() : server.close(() => resolve())));
  return server !== null;
}

/**
 * Reserves a range of ports and returns its first. This process listens on the first port until it ends, when the
 * kernel releases it. A range chosen by process id alone isn't enough: with a shared range, one process could take the
 * port of a server that the other has just stopped.
 */
async function claimRange(): Promise<number> {
  for (let tries = 0; tries < RANGES; tries += 1) {
    const first = FIRST_PORT + ((process.pid + tries) % RANGES) * PORTS_PER_RANGE;
    const holder = await listenOn(first);
    if (holder === null) continue;
    holder.unref();
    return first;
  }
  throw new Error(`all ${RANGES} ranges of test ports are in use: end other test runs`);
}

/** Listens on a port; null when it is in use. */
function listenOn(port: number): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(null));
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
