import type { Socket } from "node:net";
import { type SecureContext, TLSSocket } from "node:tls";
import type { CloseReasonName } from "../protocol/close-reasons.ts";
import { peerAddress } from "./listening.ts";
import type { Transport, TransportReceiver } from "./transport.ts";

/** Milliseconds for a peer to close its side before the socket is destroyed. */
const LINGER_MS = 2000;

/** NATS directly over TCP, with TLS after INFO when a secure context is given. */
export class TcpTransport implements Transport {
  readonly listener = "tcp";
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly #secureContext: SecureContext | undefined;
  readonly #raw: Socket;
  /** The TCP socket, or the TLS socket on top of it. */
  #socket: Socket;
  #receiver: TransportReceiver | undefined;
  /** Close reason to report; the server's own reason overrides the peer's end of stream. */
  #ending: CloseReasonName = "clientClosed";

  constructor(socket: Socket, secureContext: SecureContext | undefined) {
    this.#raw = socket;
    this.#socket = socket;
    this.#secureContext = secureContext;
    this.remoteAddress = peerAddress(socket.remoteAddress);
    this.remotePort = socket.remotePort ?? 0;
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength;
  }

  open(receiver: TransportReceiver): void {
    this.#receiver = receiver;
    this.#raw.once("close", () => receiver.onGone(this.#ending));
    if (this.#raw.destroyed) queueMicrotask(() => receiver.onGone(this.#ending));
    this.#raw.on("error", () => this.#note("readError"));
    // With TLS, nothing may read the TCP socket before the handshake does.
    if (this.#secureContext === undefined) this.#listen(this.#raw);
  }

  secure(beforehand: () => void): void {
    if (this.#secureContext === undefined) return;
    beforehand();
    const socket = new TLSSocket(this.#raw, { secureContext: this.#secureContext, isServer: true });
    socket.on("error", () => {
      this.#note("tlsHandshakeError");
      this.#raw.destroy();
    });
    this.#socket = socket;
    this.#listen(socket);
  }

  send(bytes: Buffer): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  close(reason: CloseReasonName): void {
    this.#ending = reason;
    this.hangUp();
  }

  closeWith(): void {
    this.close("serverShutdown");
  }

  hangUp(): void {
    const socket = this.#socket;
    // Keep reading: unread bytes would turn the FIN into a reset, and the client would lose the last -ERR.
    socket.resume();
    socket.end();
    const cut = setTimeout(() => this.#raw.destroy(), LINGER_MS);
    this.#raw.once("close", () => clearTimeout(cut));
    socket.once("finish", () => socket.destroySoon());
  }

  reset(reason: CloseReasonName): void {
    this.#ending = reason;
    this.#raw.resetAndDestroy();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  #listen(socket: Socket): void {
    socket.on("data", (bytes) => this.#receiver?.onData(bytes));
    socket.on("drain", () => this.#receiver?.onDrain());
  }

  #note(reason: CloseReasonName): void {
    if (this.#ending === "clientClosed") this.#ending = reason;
  }
}
