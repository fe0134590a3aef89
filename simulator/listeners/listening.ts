import type { Server } from "node:net";

/** What an address on which all of a machine's are listened on may look like. */
const EVERYWHERE: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);

/** What the system says of an address family that it doesn't have. */
const WITHOUT_IPV6: ReadonlySet<string | undefined> = new Set(["EAFNOSUPPORT", "EADDRNOTAVAIL"]);

/** `host:port` as URLs and messages have it: an IPv6 address in brackets. */
export function authority(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * Begins to listen and returns the port. Whoever asks for all IPv4 addresses gets the IPv6 ones too, as in Go.
 * @throws Error that names the address when it can't be had, in nats-server's words
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

/** Ends listening; resolves once the port is free and the connections are gone. */
export function unlisten(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

/** A peer's address as Go writes it: an IPv4 one that came in over IPv6 is an IPv4 one. */
export function peerAddress(address: string | undefined): string {
  return (address ?? "").replace(/^::ffff:/, "");
}
