import type { Server } from "node:net";

/** Begins to listen and returns the port; rejects with a sentence that names the address when it can't be had. */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      const cause = error.code === "EADDRINUSE" ? "address already in use" : error.message;
      reject(new Error(`can't listen on ${host}:${port}: ${cause}`));
    };
    server.once("error", onError);
    server.listen(port, host, () => {
      server.removeListener("error", onError);
      const address = server.address();
      resolve(address === null || typeof address === "string" ? port : address.port);
    });
  });
}

/** Ends listening; resolves once the port is free and the connections are gone. */
export function unlisten(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
