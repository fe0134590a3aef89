import type { ServerContext } from "../context.ts";
import type { Transport } from "../listeners/transport.ts";
import type { CloseReasonName } from "../protocol/close-reasons.ts";
import { Outgoing } from "./outgoing.ts";

/** Milliseconds for which reading from a publisher pauses when its subscriber can't keep up. */
const STALL_MS = 10;

/** The transport side of a client connection: output, flow control and close. */
export abstract class ConnectionBase {
  readonly id: number;
  readonly transport: Transport;
  readonly outgoing: Outgoing;
  protected readonly server: ServerContext;
  #reading: "flowing" | "stalled" | "frozen" | "shut" = "flowing";
  #phase: "open" | "closing" | "gone" = "open";
  #stalled: NodeJS.Timeout | undefined;

  constructor(id: number, transport: Transport, server: ServerContext) {
    this.id = id;
    this.transport = transport;
    this.server = server;
    const { maxPendingBytes, writeDeadlineMs } = server.settings;
    this.outgoing = new Outgoing(transport, {
      maxPendingBytes,
      writeDeadlineMs,
      flushLater: (outgoing) => server.flushLater(outgoing),
      onSlow: (cause) => {
        server.events.totals.slowConsumers++;
        // Reset, as in nats-server: pending bytes would keep the socket of a client that doesn't read open.
        this.outgoing.cut();
        this.#end(() => transport.reset(cause));
      },
    });
  }

  /** Stops parsing input, including bytes already received. */
  protected abstract stopReading(): void;

  /** Releases everything the server holds for this client. */
  protected abstract release(): void;

  get isOpen(): boolean {
    return this.#phase === "open";
  }

  /** Whether a fault has silenced the connection: it sends nothing more, not even a close frame. */
  get isSilent(): boolean {
    return this.#reading === "shut";
  }

  onDrain(): void {
    this.outgoing.drained();
  }

  onGone(reason: CloseReasonName): void {
    if (this.#phase === "gone") return;
    this.#release();
    this.outgoing.cut();
    this.#phase = "gone";
    this.server.remove(this, reason);
  }

  sendText(text: string): void {
    this.outgoing.sendText(text);
  }

  /** Sends `-ERR` with this text; the connection stays open. */
  sendError(text: string): void {
    this.server.events.record("error", this.id, text);
    this.sendText(`-ERR '${text}'\r\n`);
  }

  /** Sends `-ERR` with this text and closes the connection; does nothing on a silent connection. */
  fail(text: string, reason: CloseReasonName): "stop" {
    if (!this.isSilent) {
      this.sendError(text);
      this.close(reason);
    }
    return "stop";
  }

  /** Closes the connection after its pending output. */
  close(reason: CloseReasonName): void {
    this.#closeInOrder(() => this.transport.close(reason));
  }

  /** Closes like `close`, with this WebSocket close code and reason. */
  closeWith(code: number, text: string): void {
    this.#closeInOrder(() => this.transport.closeWith(code, text));
  }

  /** Closes the connection without a close frame, or resets it. */
  cut(how: "end" | "reset"): void {
    if (how === "reset") this.outgoing.cut();
    this.#end(() => (how === "reset" ? this.transport.reset("serverShutdown") : this.transport.hangUp()));
  }

  /** Reads and sends nothing from now on, not even a timeout error. */
  silence(): void {
    this.stopReading();
    this.#read("shut");
    this.outgoing.mute();
  }

  /** Pauses reading for a moment, because a subscriber of this client's messages can't keep up. */
  stall(): void {
    if (this.#reading !== "flowing" || !this.isOpen) return;
    this.#read("stalled");
    this.#stalled = setTimeout(() => {
      if (this.#reading === "stalled") this.#read("flowing");
    }, STALL_MS);
  }

  /** Reads and sends nothing until `thaw`. */
  freeze(): void {
    if (!this.isSilent) this.#read("frozen");
    this.outgoing.hold();
  }

  /** @returns whether it was frozen */
  thaw(): boolean {
    if (this.#reading !== "frozen") return false;
    this.#read("flowing");
    this.outgoing.release();
    return true;
  }

  #read(how: "flowing" | "stalled" | "frozen" | "shut"): void {
    this.#reading = how;
    if (how === "flowing") this.transport.resume();
    else this.transport.pause();
  }

  /** Closes with `close`, or without a close frame on a silent connection. */
  #closeInOrder(close: () => void): void {
    this.#end(this.isSilent ? () => this.transport.hangUp() : close);
  }

  #end(close: () => void): void {
    if (!this.isOpen) return;
    this.outgoing.shut();
    this.#phase = "closing";
    this.stopReading();
    this.#release();
    close();
  }

  #release(): void {
    clearTimeout(this.#stalled);
    this.release();
  }
}
