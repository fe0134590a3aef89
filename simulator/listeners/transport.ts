import type { Socket } from "node:net";
import type { CloseReasonName } from "../protocol/close-reasons.ts";

/** Which of the two listeners a connection came in by. */
export type ListenerName = "tcp" | "websocket";

/** A connection as the system handed it over. */
export interface Arrival {
  readonly listener: ListenerName;
  readonly socket: Socket;
}

/** What a transport tells the connection above it. */
export interface TransportReceiver {
  /** Bytes of the NATS stream; the buffer belongs to the receiver. */
  onData(bytes: Buffer): void;
  /** What was sent has left: `bufferedBytes` is low again. */
  onDrain(): void;
  /** The socket is gone. Called once, whoever ended it. */
  onGone(reason: CloseReasonName): void;
}

/** A byte stream to one client, over TCP or WebSocket, with or without TLS. */
export interface Transport {
  readonly listener: ListenerName;
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** Bytes handed over that the kernel hasn't taken. */
  readonly bufferedBytes: number;
  /** Starts delivering to `receiver`; nothing that came earlier is lost. */
  open(receiver: TransportReceiver): void;
  send(bytes: Buffer): void;
  /** Ends in order: what was sent goes out first, then, over WebSocket, a close frame of the reason. */
  close(reason: CloseReasonName): void;
  /** Ends with a close frame of the caller's choice; over TCP like `close`. */
  closeWith(code: number, text: string): void;
  /** Ends the stream without a close frame. */
  hangUp(): void;
  /** Goes over to TLS, on the listeners where that comes after INFO; `beforehand` sends what must go in the clear. */
  secure?(beforehand: () => void): void;
  /** Cuts with a TCP reset: nothing more goes out. The reason is for the events. */
  reset(reason: CloseReasonName): void;
  /** Stops reading, so that the peer's window fills; `resume` goes on where it was. */
  pause(): void;
  resume(): void;
}
