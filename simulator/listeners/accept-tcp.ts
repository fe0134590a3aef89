import type { Socket } from "node:net";
import { createSecureContext } from "node:tls";
import type { ServerContext } from "../context.ts";
import { arrive } from "./acceptor.ts";
import { TcpTransport } from "./tcp-transport.ts";

/** Handler of connections to the TCP port: plain NATS, with TLS after INFO if configured. */
export function acceptTcp(server: ServerContext): (socket: Socket) => void {
  const { tcp } = server.settings.tls;
  const secureContext = tcp && createSecureContext(tcp);
  return (socket) => {
    const arrival = arrive(server, "tcp", socket);
    if (arrival !== undefined) server.accept(new TcpTransport(socket, secureContext));
  };
}
