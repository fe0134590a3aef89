import { connect, createServer, type Socket } from "node:net";

/** A path to a server on which everything takes a while longer. */
export interface SlowPath {
  /** Ends every connection on it; new ones are passed on as before. */
  cut(): void;
  close(): Promise<void>;
}

/** Listens on `port` and passes everything on to `targetPort` and back, each way `delayMs` later. */
export async function startSlowPath(port: number, targetPort: number, delayMs: number): Promise<SlowPath> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(targetPort, "127.0.0.1");
    for (const [from, to] of [[near, far] as const, [far, near] as const]) {
      sockets.add(from);
      const later = (action: () => void): void => {
        setTimeout(() => to.destroyed || action(), delayMs);
      };
      from.on("data", (bytes) => later(() => to.write(bytes)));
      from.on("end", () => later(() => to.end()));
      from.on("error", () => to.destroy());
      from.on("close", () => sockets.delete(from));
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    cut,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}
