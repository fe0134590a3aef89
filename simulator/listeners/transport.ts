import type { Socket } from "node:net";
import type { CloseReasonName } from "../protocol/close-reasons.ts";

/** The listener that accepted a connection. */
export type ListenerName = "tcp" | "websocket";

/** A newly accepted connection. */
export interface Arrival {
  readonly listener: ListenerName;
  readonly socket: Socket;
}

/** Callbacks of a transport. */
export interface TransportReceiver {
  /** Bytes of the NATS stream; the buffer belongs to the receiver. */
  onData(bytes: Buffer): void;
  /** The write buffer has drained: `bufferedBytes` is low again. */
  onDrain(): void;
  /** The socket has closed. Called once, whichever side closed it. */
  onGone(reason: CloseReasonName): void;
}

/** A byte stream to one client, over TCP or WebSocket, with or without TLS. */
export interface Transport {
  readonly listener: ListenerName;
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** Sent bytes that the kernel hasn't accepted yet. */
  readonly bufferedBytes: number;
  /** Starts delivering to `receiver`, including earlier bytes. */
  open(receiver: TransportReceiver): void;
  send(bytes: Buffer): void;
  /** Closes after pending output; over WebSocket with the close frame of the reason. */
  close(reason: CloseReasonName): void;
  /** Closes with this close frame; over TCP like `close`. */
  closeWith(code: number, text: string): void;
  /** Ends the stream without a close frame. */
  hangUp(): void;
  /** Starts TLS where it comes after INFO; `beforehand` first sends what must go unencrypted. */
  secure?(beforehand: () => void): void;
  /** Resets the TCP connection and drops pending output. The reason is for the event log. */
  reset(reason: CloseReasonName): void;
  /** Stops reading until `resume`, so that the peer's window fills. */
  pause(): void;
  resume(): void;
}
