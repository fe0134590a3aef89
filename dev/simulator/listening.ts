import type { Server } from "node:net";
import type { Endpoint } from "./hub.ts";

/** Begins to listen; rejects with a sentence that names the address when it can't be had. */
export function listen(server: Server, host: string, port: number): Promise<Endpoint> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      const cause = error.code === "EADDRINUSE" ? "address already in use" : error.message;
      reject(new Error(`can't listen on ${host}:${port}: ${cause}`));
    };
    server.once("error", onError);
    server.listen(port, host, () => {
      server.removeListener("error", onError);
      const address = server.address();
      if (address === null || typeof address === "string") {
        reject(new Error(`can't listen on ${host}:${port}: no TCP address`));
        return;
      }
      resolve({ host, port: address.port });
    });
  });
}

/** Ends listening; resolves once the port is free. Connections are the caller's business. */
export function unlisten(server: Server): Promise<void> {
  return new Promise((resolve) => {
    if (!server.listening) resolve();
    else server.close(() => resolve());
  });
}
