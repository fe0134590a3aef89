import {
  createServer as createHttpServer,
  type IncomingMessage,
  type ServerResponse,
  STATUS_CODES,
} from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { Socket } from "node:net";
import { WebSocketServer } from "ws";
import { strikeSocket, strikeUpgrade } from "./faults/strike-socket.ts";
import type { Hub } from "./hub.ts";
import { serverTls } from "./settings.ts";
import { checkUpgrade } from "./upgrade.ts";
import { WebSocketTransport } from "./websocket-transport.ts";

/** As nats-server negotiates it: neither side keeps its dictionary, and short frames stay as they are. */
const COMPRESSION = { serverNoContextTakeover: true, clientNoContextTakeover: true, threshold: 64 };

/** What to do with a connection to the WebSocket port: HTTP that knows nothing but the upgrade to NATS. */
export function webSocketEntrance(hub: Hub): (socket: Socket) => void {
  const { websocket: tls } = hub.settings.tls;
  const server = tls === undefined ? createHttpServer() : createHttpsServer(serverTls(tls));
  const webSockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: hub.settings.webSocketCompression === "negotiated" && COMPRESSION,
    skipUTF8Validation: true,
    // nats-server never picks a subprotocol, whatever a client offers.
    handleProtocols: () => false,
    // A frame may be larger than a message, so the limit on messages is the parser's; this one only bounds memory.
    maxPayload: 64 * 1024 * 1024,
  });
  server.on("request", (request, response) => refuseRequest(hub, request, response));
  server.on("upgrade", (request, stream, head) => {
    const socket = stream as Socket;
    socket.on("error", () => socket.destroy());
    const refusal = checkUpgrade(request, hub.settings.originPolicy);
    if (refusal !== undefined) {
      refuseUpgrade(socket, refusal.status);
      return;
    }
    const strike = strikeUpgrade(hub, socket);
    if (typeof strike === "number") refuseUpgrade(socket, strike);
    if (strike !== "as-usual") return;
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      hub.accept(new WebSocketTransport(webSocket, socket, request.headers));
    });
  });
  return (socket) => {
    hub.ledger.totals.accepted++;
    if (strikeSocket(hub, "websocket", "accept", socket) === "instead") return;
    if (tls !== undefined && strikeSocket(hub, "websocket", "tls", socket) === "instead") return;
    // The server never listens itself: the door does, and hands it what it lets in.
    server.emit("connection", socket);
  };
}

function refuseRequest(hub: Hub, request: IncomingMessage, response: ServerResponse): void {
  const status = checkUpgrade(request, hub.settings.originPolicy)?.status ?? 400;
  const body = refusalBody(status);
  response.writeHead(status, { ...refusalHeaders(), "Content-Length": body.length }).end(body);
}

function refuseUpgrade(socket: Socket, status: number): void {
  const body = refusalBody(status);
  const headers = { ...refusalHeaders(), "Content-Length": String(body.length), Connection: "close" };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Unknown"}\r\n${lines.join("")}\r\n${body}`);
}

function refusalHeaders(): Record<string, string> {
  return {
    "Content-Type": "text/plain; charset=utf-8",
    "Sec-Websocket-Version": "13",
    "X-Content-Type-Options": "nosniff",
  };
}

function refusalBody(status: number): string {
  return `${STATUS_CODES[status] ?? "Unknown"}\n`;
}
