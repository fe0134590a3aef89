import { createServer } from "node:net";

const HIGHEST_PORT = 65_535;

/** Reads a port; null when `text` isn't one. */
export function parsePort(text: string): number | null {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= HIGHEST_PORT ? port : null;
}

/** Whether nobody listens on a loopback port, by IPv4 or by IPv6: `localhost` may mean either. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await canListen(port, "127.0.0.1")) && (await canListen(port, "::1"));
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    // A machine without IPv6 has nobody listening there.
    server.once("error", ({ code }: NodeJS.ErrnoException) =>
      resolve(code !== "EADDRINUSE" && code !== "EACCES"),
    );
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
