import { createServer, type Server } from "node:net";
import type { Hub } from "./hub.ts";
import { TcpTransport } from "./tcp-transport.ts";

/** A server whose connections speak NATS from the first byte. */
export function createTcpListener(hub: Hub): Server {
  return createServer({ noDelay: true, allowHalfOpen: false }, (socket) => {
    hub.accept(new TcpTransport(socket));
  });
}
