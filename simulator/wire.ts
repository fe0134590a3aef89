import { Valve } from "./faults/valve.ts";
import { Outbox } from "./outbox.ts";
import type { Transport } from "./transport.ts";

/** Flushed before the tick ends, so that one burst doesn't gather in memory. */
const EARLY_FLUSH_BYTES = 256 * 1024;

/** The share of the pending bytes' limit from which on publishers are slowed, as nats-server does. */
const CONGESTED_SHARE = 0.75;

/** What a wire must know, and whom it tells. */
export interface WireOptions {
  /** Bytes that may wait before the client is a slow consumer. */
  readonly maxPendingBytes: number;
  /** How long bytes may wait before the client is one, milliseconds. */
  readonly writeDeadlineMs: number;
  /** Asks to be flushed when this tick's input has been worked off. */
  readonly flushLater: () => void;
  readonly onSlow: (cause: "slowConsumer" | "slowConsumerWriteDeadline") => void;
}

/** The outgoing half of one connection: collects a tick's bytes, hands them to the socket, and minds the backlog. */
export class Wire {
  readonly outbox = new Outbox();
  readonly #transport: Transport;
  readonly #options: WireOptions;
  #valve: Valve | undefined;
  #flush: "idle" | "due" = "idle";
  #state: "open" | "shut" = "open";
  #deadline: NodeJS.Timeout | undefined;
  /** Whether the backlog is so long that publishers should wait. */
  load: "light" | "congested" = "light";

  constructor(transport: Transport, options: WireOptions) {
    this.#transport = transport;
    this.#options = options;
  }

  /** Bytes that the kernel hasn't taken. */
  get pendingBytes(): number {
    return this.outbox.size + (this.#valve?.size ?? 0) + this.#transport.bufferedBytes;
  }

  /** The place where faults hold bytes up; made when the first one needs it. */
  get valve(): Valve {
    this.#valve ??= new Valve((bytes) => this.#transport.send(bytes));
    return this.#valve;
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
      this.#options.flushLater();
    }
  }

  flush(): void {
    this.#flush = "idle";
    if (this.#state === "shut" || this.outbox.size === 0) return;
    for (const piece of this.outbox.drain()) {
      if (this.#valve === undefined) this.#transport.send(piece);
      else this.#valve.push(piece);
    }
    this.#weigh();
  }

  /** The socket has taken everything. */
  drained(): void {
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
    this.load = "light";
  }

  /** Sends what is there and nothing after it. */
  shut(): void {
    this.flush();
    this.#valve?.open();
    this.cut();
  }

  /** Sends nothing more, not even what is there. */
  cut(): void {
    this.#state = "shut";
    this.#valve?.stop();
    this.drained();
  }

  #weigh(): void {
    const pending = this.pendingBytes;
    const { maxPendingBytes, writeDeadlineMs, onSlow } = this.#options;
    if (pending > maxPendingBytes) {
      onSlow("slowConsumer");
      return;
    }
    this.load = pending > maxPendingBytes * CONGESTED_SHARE ? "congested" : "light";
    if (pending === 0 || this.#deadline !== undefined) return;
    this.#deadline = setTimeout(() => {
      this.#deadline = undefined;
      if (this.pendingBytes > 0) onSlow("slowConsumerWriteDeadline");
    }, writeDeadlineMs);
    this.#deadline.unref();
  }
}
