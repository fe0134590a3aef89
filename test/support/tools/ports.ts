import { createServer, type Server } from "node:net";

/**
 * Below the range from which the kernel gives outgoing connections their ports, so that
 * a server that is down for a while finds its port free again; above Chromium's forbidden ones.
 */
const FIRST_PORT = 20_000;
const PORTS_PER_RANGE = 100;
const RANGES = 120;

let range: Promise<number> | undefined;
let next = 0;

/**
 * A free loopback port; test processes that run side by side draw from different ranges. None is given
 * twice: one that is free may be that of a server which is only away.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    // The first of a range holds it.
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
 * The first port of a range that is nobody else's: it is held open while this process lives, and
 * given back by the kernel however it ends. A process's number alone doesn't do: two of them may
 * meet, and one would take the port of a server that the other has only just stopped.
 */
async function claimRange(): Promise<number> {
  for (let tries = 0; tries < RANGES; tries += 1) {
    const first = FIRST_PORT + ((process.pid + tries) % RANGES) * PORTS_PER_RANGE;
    const holder = await listenOn(first);
    if (holder === null) continue;
    holder.unref();
    return first;
  }
  throw new Error(`all ${RANGES} ranges of test ports are taken: end what holds them`);
}

/** Listens on a port; null when it is in use. */
function listenOn(port: number): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(null));
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
