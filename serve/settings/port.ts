import { type AddressInfo, createServer } from "node:net";
import { isBlockedByBrowsers } from "../../worker/config.ts";

const HIGHEST_PORT = 65_535;

/** Reads a port; null when `text` isn't one. */
export function parsePort(text: string): number | null {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= HIGHEST_PORT ? port : null;
}

/** What is wrong with a port that browsers are to reach, and what to give instead; null when it is one. */
export function portProblem(name: string, text: string): string | null {
  const port = parsePort(text);
  if (port === null) return `${name} is ${JSON.stringify(text)}: give a number from 1 to ${HIGHEST_PORT}`;
  if (isBlockedByBrowsers(port)) {
    return `${name} ${port} is one that no browser connects to: give another, such as 8787`;
  }
  return null;
}

/** Why a port can't be listened on. */
export type PortState = "free" | "taken" | "forbidden";

/** Whether a port can be listened on at a host's address. */
export function portState(port: number, host: string): Promise<PortState> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", ({ code }: NodeJS.ErrnoException) => {
      // A machine without IPv6 has nobody listening there.
      resolve(code === "EADDRINUSE" ? "taken" : code === "EACCES" ? "forbidden" : "free");
    });
    server.listen(port, host, () => server.close(() => resolve("free")));
  });
}

/** Whether nobody listens on a loopback port, by IPv4 or by IPv6: `localhost` may mean either. */
export async function isPortFree(port: number): Promise<boolean> {
  const states = [await portState(port, "127.0.0.1"), await portState(port, "::1")];
  return states.every((state) => state === "free");
}

/** A loopback port that nobody listens on now. */
export function anyFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
