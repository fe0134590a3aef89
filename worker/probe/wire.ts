import { LineReader, printable, type ServerLine } from "../../client/faults/index.ts";
import { within } from "./deadline.ts";
import type { Ending } from "./evidence.ts";

/**
 * More than a server says to someone who only looks: room for a message of each feed that slips in. Lines are
 * read in slices, so that a frame of millions of them is never turned into as many objects.
 */
const MAX_SESSION_BYTES = 16 * 1024 * 1024;
const MAX_LINES = 2000;
const SLICE_BYTES = 16 * 1024;

/** Thrown where a session can't go on. */
export class Ended extends Error {
  readonly ending: Ending;

  constructor(ending: Ending) {
    super(ending.outcome);
    this.ending = ending;
  }
}

/** An open WebSocket as lines of NATS, one after the other, within bounds of time and size whatever the server sends. */
export class Wire {
  readonly #socket: WebSocket;
  readonly #limitMs: number;
  readonly #deadlineMs: number;
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #reader = new LineReader();
  #lines: ServerLine[] = [];
  #ending: Ending | null = null;
  #wake = (): void => {};
  #bytes = 0;
  #count = 0;

  constructor(socket: WebSocket, limitMs: number) {
    this.#socket = socket;
    this.#limitMs = limitMs;
    this.#deadlineMs = Date.now() + limitMs;
    this.#timer = setTimeout(() => this.#timedOut(), limitMs);
    socket.binaryType = "arraybuffer";
    socket.addEventListener("message", ({ data }) => {
      this.#received(data);
      // Freed now: no garbage collection comes by for this, and the frames of every look would stay.
      if (data instanceof ArrayBuffer) data.transfer(0);
    });
    socket.addEventListener("close", ({ code, reason }) => this.#closed(code, reason));
    // An error event is followed by no close event in workerd.
    socket.addEventListener("error", () => this.#closed(1006, ""));
    socket.accept();
  }

  /** Sends, unless it has ended: then `next` says so. */
  send(text: string): void {
    if (this.#ending === null) this.#socket.send(new TextEncoder().encode(text));
  }

  /**
   * The next line; null when none comes within `limitMs`.
   * @throws Ended when none will come
   */
  async next(limitMs = this.#limitMs): Promise<ServerLine | null> {
    if (this.#lines.length === 0 && this.#ending === null) {
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      await within(limitMs, woken);
    }
    return this.poll();
  }

  /**
   * The next of the lines that have come already; null when there is none.
   * @throws Ended when none will come
   */
  poll(): ServerLine | null {
    const line = this.#lines.shift();
    if (line === undefined && this.#ending !== null) throw new Ended(this.#ending);
    return line ?? null;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#end({ outcome: "closed" });
    try {
      this.#socket.close(1000);
    } catch {
      // It is closed already, which is all that is wanted.
    }
  }

  #received(data: ArrayBuffer | string): void {
    if (this.#ending !== null) return;
    // A server that never stops keeps the timer from ever being heard.
    if (Date.now() >= this.#deadlineMs) this.#timedOut();
    // NATS is sent in binary frames only.
    else if (typeof data === "string") this.#add({ op: "unreadable", begins: printable(data) });
    else this.#readFrame(data);
  }

  #readFrame(data: ArrayBuffer): void {
    this.#bytes += data.byteLength;
    if (this.#bytes > MAX_SESSION_BYTES) this.#cut({ outcome: "flood" });
    for (let at = 0; at < data.byteLength && this.#ending === null; at += SLICE_BYTES) {
      const bytes = new Uint8Array(data, at, Math.min(SLICE_BYTES, data.byteLength - at));
      for (const line of this.#reader.read(bytes)) this.#add(line);
    }
  }

  #add(line: ServerLine): void {
    this.#count += 1;
    if (this.#count > MAX_LINES) this.#cut({ outcome: "flood" });
    if (this.#ending !== null) return;
    this.#lines.push(line);
    this.#wake();
  }

  #closed(closeCode: number, closeReason: string): void {
    this.#end({ outcome: "closed", closeCode, closeReason });
  }

  #timedOut(): void {
    this.#cut({ outcome: "timeout", waitedMs: this.#limitMs });
  }

  /** Ends it at once, whatever hasn't been looked at yet. */
  #cut(ending: Ending): void {
    this.#lines = [];
    this.#end(ending);
  }

  #end(ending: Ending): void {
    this.#ending ??= ending;
    this.#wake();
  }
}
