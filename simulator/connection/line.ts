import type { ServerContext } from "../context.ts";
import type { Transport } from "../listeners/transport.ts";
import type { CloseReasonName } from "../protocol/close-reasons.ts";
import { Outgoing } from "./outgoing.ts";

/** How long a publisher is not read from when a subscriber of its messages can't keep up, milliseconds. */
const STALL_MS = 10;

/** One client's line: what is said on it, whether it is read from, and how it ends. */
export abstract class Line {
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
        // What waits for a client that doesn't read would keep its socket open: it is cut, as in nats-server.
        this.outgoing.cut();
        this.#end(() => transport.reset(cause));
      },
    });
  }

  /** Looks at nothing more, not even at what has come already. */
  protected abstract stopReading(): void;

  /** Gives back everything the server holds for this client. */
  protected abstract leave(): void;

  get isOpen(): boolean {
    return this.#phase === "open";
  }

  /** By a fault: whatever comes, no word and no close frame leaves any more. */
  get isSilent(): boolean {
    return this.#reading === "shut";
  }

  onDrain(): void {
    this.outgoing.drained();
  }

  onGone(reason: CloseReasonName): void {
    if (this.#phase === "gone") return;
    this.#leave();
    this.outgoing.cut();
    this.#phase = "gone";
    this.server.remove(this, reason);
  }

  sendText(text: string): void {
    this.outgoing.sendText(text);
  }

  /** `-ERR` with this text; the connection goes on. */
  sendError(text: string): void {
    this.server.events.record("error", this.id, text);
    this.sendText(`-ERR '${text}'\r\n`);
  }

  /** `-ERR` with this text, and the end; who is silent has nothing to say, and goes on. */
  fail(text: string, reason: CloseReasonName): "stop" {
    if (!this.isSilent) {
      this.sendError(text);
      this.close(reason);
    }
    return "stop";
  }

  /** Ends the connection once what was sent is out. */
  close(reason: CloseReasonName): void {
    this.#part(() => this.transport.close(reason));
  }

  /** As `close`, with a WebSocket close frame of the caller's choice. */
  closeWith(code: number, text: string): void {
    this.#part(() => this.transport.closeWith(code, text));
  }

  /** Ends the connection without a close frame, or at once with a TCP reset. */
  cut(how: "end" | "reset"): void {
    if (how === "reset") this.outgoing.cut();
    this.#end(() => (how === "reset" ? this.transport.reset("serverShutdown") : this.transport.hangUp()));
  }

  /** Reads and says nothing from now on, not even that its time is up. */
  silence(): void {
    this.stopReading();
    this.#read("shut");
    this.outgoing.mute();
  }

  /** A subscriber can't keep up: its publisher isn't read from for a moment. */
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

  /** Ends the connection with a close frame, unless it is silent. */
  #part(close: () => void): void {
    this.#end(this.isSilent ? () => this.transport.hangUp() : close);
  }

  #end(close: () => void): void {
    if (!this.isOpen) return;
    this.outgoing.shut();
    this.#phase = "closing";
    this.stopReading();
    this.#leave();
    close();
  }

  #leave(): void {
    clearTimeout(this.#stalled);
    this.leave();
  }
}
