import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from "node:http";
import type { Socket } from "node:net";
import { WebSocketServer } from "ws";
import type { Hub } from "./hub.ts";
import { checkUpgrade, type UpgradeRefusal } from "./upgrade.ts";
import { WebSocketTransport } from "./websocket-transport.ts";

/** An HTTP server that knows nothing but the upgrade to a NATS connection. */
export function createWebSocketListener(hub: Hub): Server {
  const webSockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    skipUTF8Validation: true,
    // nats-server never picks a subprotocol, whatever a client offers.
    handleProtocols: () => false,
    // A frame may be larger than a message, so the limit on messages is the parser's; this one only bounds memory.
    maxPayload: 64 * 1024 * 1024,
  });
  const server = createServer((request, response) => refuseRequest(request, response));
  server.on("upgrade", (request, stream, head) => {
    const socket = stream as Socket;
    socket.on("error", () => socket.destroy());
    const refusal = checkUpgrade(request);
    if (refusal !== undefined) {
      refuseUpgrade(socket, refusal);
      return;
    }
    socket.setNoDelay(true);
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      hub.accept(new WebSocketTransport(webSocket, socket, request.headers));
    });
  });
  return server;
}

function refuseRequest(request: IncomingMessage, response: ServerResponse): void {
  const status = checkUpgrade(request)?.status ?? 400;
  const body = refusalBody(status);
  response.writeHead(status, { ...refusalHeaders(), "Content-Length": body.length }).end(body);
}

function refuseUpgrade(socket: Socket, { status }: UpgradeRefusal): void {
  const headers = {
    ...refusalHeaders(),
    "Content-Length": String(refusalBody(status).length),
    Connection: "close",
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n${refusalBody(status)}`);
}

function refusalHeaders(): Record<string, string> {
  return {
    "Content-Type": "text/plain; charset=utf-8",
    "Sec-Websocket-Version": "13",
    "X-Content-Type-Options": "nosniff",
  };
}

function refusalBody(status: number): string {
  return `${STATUS_CODES[status]}\n`;
}
