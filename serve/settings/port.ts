import { type AddressInfo, createServer } from "node:net";
import { isBlockedByBrowsers, wholeNumber } from "../../worker/config.ts";

const HIGHEST_PORT = 65_535;

/** Parses a port number; null when `text` isn't one. */
export function parsePort(text: string): number | null {
  return wholeNumber(text, 1, HIGHEST_PORT);
}

/** What is wrong with a port that browsers connect to, and what to do; null when nothing is. */
export function portProblem(name: string, text: string): string | null {
  const port = parsePort(text);
  if (port === null) return `${name} is ${JSON.stringify(text)}: give a number from 1 to ${HIGHEST_PORT}`;
  if (isBlockedByBrowsers(port)) {
    return `${name} ${port} is blocked by browsers: give another, such as 8787`;
  }
  return null;
}

/** The addresses that `localhost` may resolve to. */
export const LOOPBACKS = ["127.0.0.1", "::1"] as const;

/** Message that a port is in use, and what to do. */
export function portInUseProblem(name: string, port: number): string {
  return `${name} ${port} is already in use: stop the program that uses it, or give another ${name}`;
}

/** Why a port can't be used on one of these addresses, and what to do; null when it can. */
export async function listenProblem(
  name: string,
  port: number,
  hosts: readonly string[],
): Promise<string | null> {
  for (const host of hosts) {
    const code = await listenErrorCode(port, host);
    if (code === "EADDRINUSE") return portInUseProblem(name, port);
    if (code === "EACCES")
      return `${name} ${port} needs more privileges than this user has: give one above 1023`;
    // Other errors are no conflict, such as EADDRNOTAVAIL on a machine without IPv6.
  }
  return null;
}

function listenErrorCode(port: number, host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", ({ code }: NodeJS.ErrnoException) => resolve(code));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
}

/** A loopback port that is currently free. */
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
