import type { Transport } from "../listeners/transport.ts";
import { Outbox } from "./outbox.ts";

/** Output above this size is flushed before the tick ends, so that a burst doesn't accumulate in memory. */
const EARLY_FLUSH_BYTES = 256 * 1024;

/** Share of `maxPendingBytes` above which publishers are slowed down, as in nats-server. */
const CONGESTED_SHARE = 0.75;

/** Options of `Outgoing`. */
export interface OutgoingOptions {
  /** Pending bytes above which the client is a slow consumer. */
  readonly maxPendingBytes: number;
  /** Milliseconds that bytes may be pending before the client is a slow consumer. */
  readonly writeDeadlineMs: number;
  /** Requests a flush after the current tick's input has been processed. */
  readonly flushLater: (outgoing: Outgoing) => void;
  readonly onSlow: (cause: "slowConsumer" | "slowConsumerWriteDeadline") => void;
}

/** The output of one connection: collects a tick's bytes, writes them to the socket, and watches the backlog. */
export class Outgoing {
  readonly outbox = new Outbox();
  readonly #transport: Transport;
  readonly #options: OutgoingOptions;
  /** `held` while the connection is frozen; `muted` when all further output is discarded. */
  #flow: "open" | "held" | "muted" = "open";
  #flush: "idle" | "due" = "idle";
  #state: "open" | "shut" = "open";
  #deadline: NodeJS.Timeout | undefined;
  /** Bytes passed to the transport so far. */
  #handedBytes = 0;
  /** `congested` while the backlog is so long that publishers should pause. */
  load: "light" | "congested" = "light";

  constructor(transport: Transport, options: OutgoingOptions) {
    this.#transport = transport;
    this.#options = options;
  }

  /** Bytes not yet accepted by the kernel. */
  get pendingBytes(): number {
    return this.outbox.size + this.#transport.bufferedBytes;
  }

  sendText(text: string): void {
    if (this.#state === "shut") return;
    this.outbox.appendText(text);
    this.touch();
  }

  /** Schedules a flush of the outbox at the end of the tick, or flushes now if it is large. */
  touch(): void {
    if (this.outbox.size > EARLY_FLUSH_BYTES) {
      this.flush();
    } else if (this.#flush === "idle") {
      this.#flush = "due";
      this.#options.flushLater(this);
    }
  }

  flush(): void {
    this.#flush = "idle";
    if (this.#state === "shut" || this.#flow === "held" || this.outbox.size === 0) return;
    const pieces = this.outbox.drain();
    if (this.#flow === "muted") return;
    for (const piece of pieces) {
      this.#transport.send(piece);
      this.#handedBytes += piece.length;
    }
    this.#checkBacklog();
  }

  /** Sends nothing until `release`. */
  hold(): void {
    if (this.#flow === "open") this.#flow = "held";
  }

  release(): void {
    if (this.#flow === "held") this.#flow = "open";
    this.flush();
  }

  /** Discards all further output and stops the write deadline. */
  mute(): void {
    this.#flow = "muted";
    this.drained();
  }

  /** Called when the socket's buffer has drained. */
  drained(): void {
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
    this.load = "light";
  }

  /** Sends the pending output and nothing after it. */
  shut(): void {
    this.release();
    this.cut();
  }

  /** Sends nothing more, not even the pending output. */
  cut(): void {
    this.#state = "shut";
    this.drained();
  }

  #checkBacklog(): void {
    const pending = this.pendingBytes;
    const { maxPendingBytes, onSlow } = this.#options;
    if (pending > maxPendingBytes) {
      onSlow("slowConsumer");
      return;
    }
    this.load = pending > maxPendingBytes * CONGESTED_SHARE ? "congested" : "light";
    if (pending > 0 && this.#deadline === undefined) this.#armWriteDeadline();
  }

  /** Requires that all bytes pending now leave before the deadline; later bytes get a deadline of their own. */
  #armWriteDeadline(): void {
    const { writeDeadlineMs, onSlow } = this.#options;
    const handedBytes = this.#handedBytes;
    this.#deadline = setTimeout(() => {
      this.#deadline = undefined;
      const { bufferedBytes } = this.#transport;
      if (this.#handedBytes - bufferedBytes < handedBytes) onSlow("slowConsumerWriteDeadline");
      else if (bufferedBytes > 0) this.#armWriteDeadline();
    }, writeDeadlineMs);
    this.#deadline.unref();
  }
}
