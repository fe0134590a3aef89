import type { Transport } from "../listeners/transport.ts";
import { Outbox } from "./outbox.ts";

/** Flushed before the tick ends, so that one burst doesn't gather in memory. */
const EARLY_FLUSH_BYTES = 256 * 1024;

/** The share of the pending bytes' limit from which on publishers are slowed, as nats-server does. */
const CONGESTED_SHARE = 0.75;

/** What the outgoing half of a connection must know, and whom it tells. */
export interface OutgoingOptions {
  /** Bytes that may wait before the client is a slow consumer. */
  readonly maxPendingBytes: number;
  /** How long bytes may wait before the client is one, milliseconds. */
  readonly writeDeadlineMs: number;
  /** Asks to be flushed when this tick's input has been worked off. */
  readonly flushLater: (outgoing: Outgoing) => void;
  readonly onSlow: (cause: "slowConsumer" | "slowConsumerWriteDeadline") => void;
}

/** The outgoing half of one connection: collects a tick's bytes, hands them to the socket, and minds the backlog. */
export class Outgoing {
  readonly outbox = new Outbox();
  readonly #transport: Transport;
  readonly #options: OutgoingOptions;
  /** `held` while the server stands still; `muted` when it shall never say another word. */
  #flow: "open" | "held" | "muted" = "open";
  #flush: "idle" | "due" = "idle";
  #state: "open" | "shut" = "open";
  #deadline: NodeJS.Timeout | undefined;
  /** Bytes given to the transport so far. */
  #handedBytes = 0;
  /** Whether the backlog is so long that publishers should wait. */
  load: "light" | "congested" = "light";

  constructor(transport: Transport, options: OutgoingOptions) {
    this.#transport = transport;
    this.#options = options;
  }

  /** Bytes that the kernel hasn't taken. */
  get pendingBytes(): number {
    return this.outbox.size + this.#transport.bufferedBytes;
  }

  sendText(text: string): void {
    if (this.#state === "shut") return;
    this.outbox.appendText(text);
    this.touch();
  }

  /** The outbox has something: it leaves when the tick ends, or now if it is much. */
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
    this.#weigh();
  }

  /** Sends nothing until `release`. */
  hold(): void {
    if (this.#flow === "open") this.#flow = "held";
  }

  release(): void {
    if (this.#flow === "held") this.#flow = "open";
    this.flush();
  }

  /** From now on all that should be sent is lost, and nobody minds whether what was sent has left. */
  mute(): void {
    this.#flow = "muted";
    this.drained();
  }

  /** The socket has taken everything. */
  drained(): void {
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
    this.load = "light";
  }

  /** Sends what is there and nothing after it. */
  shut(): void {
    this.release();
    this.cut();
  }

  /** Sends nothing more, not even what is there. */
  cut(): void {
    this.#state = "shut";
    this.drained();
  }

  #weigh(): void {
    const pending = this.pendingBytes;
    const { maxPendingBytes, onSlow } = this.#options;
    if (pending > maxPendingBytes) {
      onSlow("slowConsumer");
      return;
    }
    this.load = pending > maxPendingBytes * CONGESTED_SHARE ? "congested" : "light";
    if (pending > 0 && this.#deadline === undefined) this.#mindDeadline();
  }

  /** What waits now must have gone by then; what comes behind it has as long again. A backlog that flows isn't slow. */
  #mindDeadline(): void {
    const { writeDeadlineMs, onSlow } = this.#options;
    const handedBytes = this.#handedBytes;
    this.#deadline = setTimeout(() => {
      this.#deadline = undefined;
      const { bufferedBytes } = this.#transport;
      if (this.#handedBytes - bufferedBytes < handedBytes) onSlow("slowConsumerWriteDeadline");
      else if (bufferedBytes > 0) this.#mindDeadline();
    }, writeDeadlineMs);
    this.#deadline.unref();
  }
}
