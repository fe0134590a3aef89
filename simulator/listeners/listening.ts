import type { Server } from "node:net";

/** Addresses that mean all interfaces. */
const EVERYWHERE: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);

/** Error codes of a machine without IPv6. */
const WITHOUT_IPV6: ReadonlySet<string | undefined> = new Set(["EAFNOSUPPORT", "EADDRNOTAVAIL"]);

/** `host:port` for URLs and messages, with an IPv6 address in brackets. */
export function authority(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * Starts listening and returns the port. As in Go, 0.0.0.0 includes IPv6.
 * @throws Error that names the address, worded as in nats-server
 */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  try {
    return await listenOn(server, EVERYWHERE.has(host) ? "::" : host, port);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (host === "0.0.0.0" && WITHOUT_IPV6.has(code)) return listenOn(server, host, port);
    const at = authority(host, port);
    const cause = code === "EADDRINUSE" ? "address already in use" : message;
    throw new Error(`Error listening on port: ${at}, "listen tcp ${at}: bind: ${cause}"`);
  }
}

function listenOn(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.removeListener("error", reject);
      const address = server.address();
      resolve(address === null || typeof address === "string" ? port : address.port);
    });
  });
}

/** Stops listening; resolves once the port is free and the connections are closed. */
export function unlisten(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

/** A peer's address as Go writes it: IPv4 addresses without their IPv6 mapping. */
export function peerAddress(address: string | undefined): string {
  return (address ?? "").replace(/^::ffff:/, "");
}
