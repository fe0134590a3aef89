import type { Socket } from "node:net";
import type { CloseReasonName } from "./close-reasons.ts";
import type { Transport, TransportReceiver } from "./transport.ts";

/** How long a peer may leave our end of stream unanswered before the socket is cut, milliseconds. */
const LINGER_MS = 2000;

/** The NATS stream straight on a TCP (or TLS) socket. */
export class TcpTransport implements Transport {
  readonly listener = "tcp";
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly upgradeHeaders = {};
  readonly #socket: Socket;
  /** Why the socket will have gone, once it has: our own reason wins over the peer's end of stream. */
  #ending: CloseReasonName = "clientClosed";

  constructor(socket: Socket) {
    this.#socket = socket;
    this.remoteAddress = socket.remoteAddress ?? "";
    this.remotePort = socket.remotePort ?? 0;
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength;
  }

  open(receiver: TransportReceiver): void {
    const socket = this.#socket;
    socket.setNoDelay(true);
    socket.on("data", (bytes) => receiver.onData(bytes));
    socket.on("drain", () => receiver.onDrain());
    socket.on("error", () => {
      this.#ending = this.#ending === "clientClosed" ? "readError" : this.#ending;
    });
    socket.on("close", () => receiver.onGone(this.#ending));
    if (socket.destroyed) queueMicrotask(() => receiver.onGone(this.#ending));
  }

  send(bytes: Buffer): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  close(reason: CloseReasonName): void {
    this.#ending = reason;
    const socket = this.#socket;
    socket.end();
    // An ended socket must go on reading, else unread bytes turn the end into a reset that eats the last -ERR.
    socket.resume();
    const cut = setTimeout(() => socket.destroy(), LINGER_MS);
    socket.once("close", () => clearTimeout(cut));
    socket.once("finish", () => socket.destroySoon());
  }

  closeWith(): void {
    this.close("serverShutdown");
  }

  reset(): void {
    this.#socket.resetAndDestroy();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }
}
