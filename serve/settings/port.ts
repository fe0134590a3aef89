import { type AddressInfo, createServer } from "node:net";
import { isBlockedByBrowsers, wholeNumber } from "../../worker/config.ts";

const HIGHEST_PORT = 65_535;

/** Reads a port; null when `text` isn't one. */
export function parsePort(text: string): number | null {
  return wholeNumber(text, 1, HIGHEST_PORT);
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

/** The addresses that `localhost` may mean. */
export const LOOPBACKS = ["127.0.0.1", "::1"] as const;

/** That somebody listens on a port already, and what to do. */
export function takenProblem(name: string, port: number): string {
  return `${name} ${port} is taken: stop what listens there, or give another ${name}`;
}

/** Why a port can't be listened on at one of these addresses, and what to give instead; null when it can. */
export async function listenProblem(
  name: string,
  port: number,
  hosts: readonly string[],
): Promise<string | null> {
  for (const host of hosts) {
    const code = await refusal(port, host);
    if (code === "EADDRINUSE") return takenProblem(name, port);
    if (code === "EACCES") return `${name} ${port} is not for this user: give one above 1023`;
    // Any other: a machine without IPv6 has nobody listening there.
  }
  return null;
}

function refusal(port: number, host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", ({ code }: NodeJS.ErrnoException) => resolve(code));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
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
