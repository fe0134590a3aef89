import {
  createServer as createHttpServer,
  type IncomingMessage,
  type ServerResponse,
  STATUS_CODES,
} from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { Socket } from "node:net";
import { WebSocketServer } from "ws";
import type { ServerContext } from "../context.ts";
import { injectOnUpgrade } from "../faults/inject-socket.ts";
import { arrive } from "./acceptor.ts";
import type { Arrival } from "./transport.ts";
import { refusalOf } from "./upgrade.ts";
import { WebSocketTransport } from "./websocket-transport.ts";

/** Handler of connections to the WebSocket port: HTTP that supports only the upgrade to NATS. */
export function acceptWebSocket(server: ServerContext): (socket: Socket) => void {
  const { websocket: tls } = server.settings.tls;
  const http = tls === undefined ? createHttpServer() : createHttpsServer(tls);
  const webSockets = new WebSocketServer({
    noServer: true,
    skipUTF8Validation: true,
    // nats-server never picks a subprotocol, whatever a client offers.
    handleProtocols: () => false,
    // The parser enforces the message limit; a frame may hold several messages, so this limit only bounds memory.
    maxPayload: 64 * 1024 * 1024,
  });
  // Over TLS a request has a different socket than the accepted one, but the same peer.
  const arrivals = new Map<string, Arrival>();
  http.on("request", (request, response) => refuseRequest(server, request, response));
  http.on("upgrade", (request, stream, head) => {
    const socket = stream as Socket;
    socket.on("error", () => socket.destroy());
    const refusal = refusalOf(request, server.settings.allowedOrigins);
    if (refusal !== undefined) {
      refuseUpgrade(socket, refusal);
      return;
    }
    const arrival = arrivals.get(peerOf(socket));
    if (arrival === undefined) {
      socket.destroy();
      return;
    }
    const outcome = injectOnUpgrade(server, arrival, socket);
    if (typeof outcome === "number") refuseUpgrade(socket, outcome);
    if (outcome !== "as-usual") return;
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      server.accept(new WebSocketTransport(webSocket, socket, arrival.socket));
    });
  });
  return (socket) => {
    const arrival = arrive(server, "websocket", socket);
    if (arrival === undefined) return;
    const peer = peerOf(socket);
    arrivals.set(peer, arrival);
    socket.once("close", () => {
      if (arrivals.get(peer) === arrival) arrivals.delete(peer);
    });
    // The HTTP server doesn't listen itself: `Listener` passes accepted sockets to it.
    http.emit("connection", socket);
  };
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

function refuseRequest(server: ServerContext, request: IncomingMessage, response: ServerResponse): void {
  const status = refusalOf(request, server.settings.allowedOrigins) ?? 400;
  const body = refusalBody(status);
  response.writeHead(status, { ...REFUSAL_HEADERS, "Content-Length": body.length }).end(body);
}

function refuseUpgrade(socket: Socket, status: number): void {
  const body = refusalBody(status);
  const headers = { ...REFUSAL_HEADERS, "Content-Length": body.length, Connection: "close" };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Unknown"}\r\n${lines.join("")}\r\n${body}`);
}

const REFUSAL_HEADERS = {
  "Content-Type": "text/plain; charset=utf-8",
  "Sec-Websocket-Version": "13",
  "X-Content-Type-Options": "nosniff",
};

function refusalBody(status: number): string {
  return `${STATUS_CODES[status] ?? "Unknown"}\n`;
}
