import type { Socket } from "node:net";
import type { WebSocket } from "ws";
import { CLOSE_REASONS, type CloseReasonName } from "../protocol/close-reasons.ts";
import { peerAddress } from "./listening.ts";
import type { Transport, TransportReceiver } from "./transport.ts";

/** Milliseconds for a peer to answer our close frame before the socket is destroyed. */
const LINGER_MS = 2000;

/** Codes that must not be sent in a close frame (RFC 6455, section 7.4.1). */
const UNSENDABLE_CODES: ReadonlySet<number> = new Set([1005, 1006, 1015]);

/** NATS over binary WebSocket messages, whose boundaries have no meaning. */
export class WebSocketTransport implements Transport {
  readonly listener = "websocket";
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly #webSocket: WebSocket;
  readonly #socket: Socket;
  readonly #raw: Socket;
  #ending: CloseReasonName = "clientClosed";

  /** @param raw the TCP socket, which is needed for a reset; the same as `socket` without TLS */
  constructor(webSocket: WebSocket, socket: Socket, raw: Socket) {
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#raw = raw;
    this.remoteAddress = peerAddress(socket.remoteAddress);
    this.remotePort = socket.remotePort ?? 0;
  }

  get bufferedBytes(): number {
    return this.#webSocket.bufferedAmount;
  }

  open(receiver: TransportReceiver): void {
    const webSocket = this.#webSocket;
    webSocket.on("message", (data) => receiver.onData(data as Buffer));
    this.#socket.on("drain", () => receiver.onDrain());
    webSocket.on("error", () => {
      this.#ending = "protocolViolation";
    });
    webSocket.on("close", () => receiver.onGone(this.#ending));
  }

  send(bytes: Buffer): void {
    const webSocket = this.#webSocket;
    if (webSocket.readyState === webSocket.OPEN) webSocket.send(bytes, { binary: true });
  }

  close(reason: CloseReasonName): void {
    const { text, webSocketCode } = CLOSE_REASONS[reason];
    this.#end(reason, webSocketCode, text);
  }

  closeWith(code: number, text: string): void {
    this.#end("serverShutdown", code, text);
  }

  hangUp(): void {
    // While reading is paused, the peer's FIN isn't noticed.
    this.#webSocket.resume();
    this.#socket.end();
    this.#cutLater();
  }

  reset(reason: CloseReasonName): void {
    this.#ending = reason;
    this.#raw.resetAndDestroy();
  }

  pause(): void {
    this.#webSocket.pause();
  }

  resume(): void {
    this.#webSocket.resume();
  }

  #end(reason: CloseReasonName, code: number, text: string): void {
    this.#ending = reason;
    const webSocket = this.#webSocket;
    webSocket.resume();
    if (!UNSENDABLE_CODES.has(code)) webSocket.close(code, text);
    // As in nats-server, the stream ends without waiting for the peer's close frame.
    this.#socket.end();
    this.#cutLater();
  }

  #cutLater(): void {
    const cut = setTimeout(() => this.#webSocket.terminate(), LINGER_MS);
    this.#webSocket.once("close", () => clearTimeout(cut));
  }
}
