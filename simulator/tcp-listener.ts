import type { Socket } from "node:net";
import { createSecureContext } from "node:tls";
import { strikeSocket } from "./faults/strike-socket.ts";
import type { Hub } from "./hub.ts";
import { serverTls } from "./settings.ts";
import { TcpTransport } from "./tcp-transport.ts";

/** What to do with a connection to the TCP port: NATS from the first byte, in TLS after the INFO. */
export function tcpEntrance(hub: Hub): (socket: Socket) => void {
  const { tcp } = hub.settings.tls;
  const tls = tcp === undefined ? undefined : { ...serverTls(tcp), secureContext: createSecureContext(tcp) };
  const secureFrom = tcp?.handshakeFirst ? "start" : "info";
  return (socket) => {
    hub.ledger.totals.accepted++;
    if (strikeSocket(hub, "tcp", "accept", socket) === "instead") return;
    if (tls !== undefined && strikeSocket(hub, "tcp", "tls", socket) === "instead") return;
    hub.accept(new TcpTransport(socket, tls, secureFrom));
  };
}
