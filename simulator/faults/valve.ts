/** How a connection's outgoing bytes are held up. */
export interface Pace {
  readonly latencyMs: number;
  /** 0 for no limit. */
  readonly bytesPerSecond: number;
}

/** Pieces are cut to what leaves in this long, so that a slow line drips instead of bursting, milliseconds. */
const DRIP_MS = 50;

interface Held {
  readonly bytes: Buffer;
  readonly dueMs: number;
}

/** Stands between a connection and its socket while a fault slows, freezes or swallows what is sent. */
export class Valve {
  readonly #send: (bytes: Buffer) => void;
  #position: "open" | "frozen" | "swallowing" = "open";
  #pace: Pace = { latencyMs: 0, bytesPerSecond: 0 };
  #queue: Held[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** Bytes that wait here. */
  size = 0;

  constructor(send: (bytes: Buffer) => void) {
    this.#send = send;
  }

  push(bytes: Buffer): void {
    if (this.#position === "swallowing") return;
    this.#queue.push({ bytes, dueMs: performance.now() + this.#pace.latencyMs });
    this.size += bytes.length;
    this.#release();
  }

  setPace(pace: Pace): void {
    this.#pace = pace;
    this.#release();
  }

  freeze(): void {
    this.#position = "frozen";
    this.stop();
  }

  thaw(): void {
    if (this.#position === "frozen") this.#position = "open";
    this.#release();
  }

  swallow(): void {
    this.#position = "swallowing";
    this.#queue = [];
    this.size = 0;
    this.stop();
  }

  /** Lets everything go at once, for a connection that is about to be closed in order. */
  open(): void {
    this.#pace = { latencyMs: 0, bytesPerSecond: 0 };
    this.#position = "open";
    for (const { bytes } of this.#queue.splice(0)) this.#send(bytes);
    this.size = 0;
    this.stop();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #release(): void {
    if (this.#position !== "open" || this.#timer !== undefined) return;
    const first = this.#queue[0];
    if (first === undefined) return;
    const waitMs = first.dueMs - performance.now();
    if (waitMs > 0) {
      this.#rest(waitMs);
      return;
    }
    const { bytesPerSecond } = this.#pace;
    const most =
      bytesPerSecond === 0 ? first.bytes.length : Math.max(1, Math.floor((bytesPerSecond * DRIP_MS) / 1000));
    const piece = first.bytes.subarray(0, most);
    if (piece.length === first.bytes.length) this.#queue.shift();
    else this.#queue[0] = { bytes: first.bytes.subarray(most), dueMs: first.dueMs };
    this.size -= piece.length;
    this.#send(piece);
    if (bytesPerSecond > 0) this.#rest((piece.length / bytesPerSecond) * 1000);
    else this.#release();
  }

  #rest(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#release();
    }, ms);
    this.#timer.unref();
  }
}
