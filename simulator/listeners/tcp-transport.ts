import type { Socket } from "node:net";
import { TLSSocket, type TLSSocketOptions } from "node:tls";
import type { CloseReasonName } from "../protocol/close-reasons.ts";
import { peerAddress } from "./listening.ts";
import type { Transport, TransportReceiver } from "./transport.ts";

/** How long a peer may leave our end of stream unanswered before the socket is cut, milliseconds. */
const LINGER_MS = 2000;

/** The first byte of a TLS handshake (RFC 8446, section 5.1). */
const TLS_HANDSHAKE = 0x16;

/** Where TLS begins: with the first byte, after the INFO, or after it where the client begins it. */
export type SecureFrom = "start" | "info" | "choice";

/** The NATS stream straight on a TCP socket, in TLS from its start or from the INFO on where a context is given. */
export class TcpTransport implements Transport {
  readonly listener = "tcp";
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly #tls: TLSSocketOptions | undefined;
  readonly #secureFrom: SecureFrom;
  readonly #raw: Socket;
  /** The raw socket, or the TLS one on it. */
  #socket: Socket;
  #receiver: TransportReceiver | undefined;
  /** Why the socket will have gone, once it has: our own reason wins over the peer's end of stream. */
  #ending: CloseReasonName = "clientClosed";

  constructor(socket: Socket, tls: TLSSocketOptions | undefined, secureFrom: SecureFrom) {
    this.#raw = socket;
    this.#socket = socket;
    this.#tls = tls;
    this.#secureFrom = secureFrom;
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
    // With TLS ahead, nothing may read the raw socket before the handshake does.
    if (this.#tls === undefined) this.#listen(this.#raw);
    else if (this.#secureFrom === "start") this.#encrypt(this.#tls);
  }

  secure(beforehand: () => void): void {
    if (this.#tls === undefined || this.#secureFrom === "start") return;
    beforehand();
    if (this.#secureFrom === "info") this.#encrypt(this.#tls);
    else this.#letClientChoose(this.#tls);
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
    // An ended socket must go on reading, else unread bytes turn the end into a reset that eats the last -ERR.
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

  #letClientChoose(tls: TLSSocketOptions): void {
    const raw = this.#raw;
    raw.once("data", (bytes: Buffer) => {
      raw.pause();
      raw.unshift(bytes);
      if (bytes[0] === TLS_HANDSHAKE) {
        this.#encrypt(tls);
      } else {
        this.#listen(raw);
        raw.resume();
      }
    });
  }

  #encrypt(tls: TLSSocketOptions): void {
    const socket = new TLSSocket(this.#raw, { ...tls, isServer: true });
    const refuse = (): void => {
      this.#note("tlsHandshakeError");
      this.#raw.destroy();
    };
    socket.on("error", refuse);
    // Only a listening TLS server of Node's turns away a certificate that it can't trace to its CA.
    socket.once("secure", () => {
      if (tls.requestCert && verifyError(socket) !== null) refuse();
    });
    this.#socket = socket;
    this.#listen(socket);
  }

  #listen(socket: Socket): void {
    socket.on("data", (bytes) => this.#receiver?.onData(bytes));
    socket.on("drain", () => this.#receiver?.onDrain());
  }

  #note(reason: CloseReasonName): void {
    if (this.#ending === "clientClosed") this.#ending = reason;
  }
}

/** Why the peer's certificate isn't trusted, null where it is: of a socket that no server made, only its handle knows. */
function verifyError(socket: TLSSocket): Error | null {
  return (socket as unknown as { readonly ssl: { verifyError(): Error | null } }).ssl.verifyError();
}
