import { createServer } from "node:net";

/**
 * Below the range from which the kernel gives outgoing connections their ports, so that
 * a server that is down for a while finds its port free again; above Chromium's forbidden ones.
 */
const FIRST_PORT = 20_000;
const PORTS_PER_PROCESS = 100;
const PROCESSES = 120;

const base = FIRST_PORT + (process.pid % PROCESSES) * PORTS_PER_PROCESS;
let next = 0;

/** A free loopback port; test processes that run side by side draw from different ranges. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < PORTS_PER_PROCESS; tries += 1) {
    const port = base + (next++ % PORTS_PER_PROCESS);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port from ${base} to ${base + PORTS_PER_PROCESS - 1}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
