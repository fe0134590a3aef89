import type { Socket } from "node:net";
import { createSecureContext } from "node:tls";
import type { ServerContext } from "../context.ts";
import { arrive } from "./acceptor.ts";
import { TcpTransport } from "./tcp-transport.ts";

/** What to do with a connection to the TCP port: NATS from the first byte, in TLS after the INFO. */
export function acceptTcp(server: ServerContext): (socket: Socket) => void {
  const { tcp } = server.settings.tls;
  const secureContext = tcp && createSecureContext(tcp);
  return (socket) => {
    const arrival = arrive(server, "tcp", socket);
    if (arrival !== undefined) server.accept(new TcpTransport(socket, secureContext));
  };
}
