import { LineReader, printable, type ServerLine } from "../../client/faults/index.ts";
import { within } from "./deadline.ts";
import type { Ending } from "./evidence.ts";

/**
 * Limits above what a probe can cause, with room for a message of each feed. Frames are parsed in slices, so that one
 * with millions of lines never becomes as many objects.
 */
const MAX_SESSION_BYTES = 16 * 1024 * 1024;
const MAX_LINES = 2000;
const SLICE_BYTES = 16 * 1024;

/** Thrown if a session can't continue. */
export class SessionEnded extends Error {
  readonly ending: Ending;

  constructor(ending: Ending) {
    super(ending.outcome);
    this.ending = ending;
  }
}

/** An open WebSocket as a queue of NATS protocol lines, with limits on time and size that no server can exceed. */
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
      // Frees the frame at once: such buffers trigger no garbage collection, and the frames of all probes would pile up.
      if (data instanceof ArrayBuffer) data.transfer(0);
    });
    socket.addEventListener("close", ({ code, reason }) => this.#closed(code, reason));
    // In workerd, no close event follows an error event.
    socket.addEventListener("error", () => this.#closed(1006, ""));
    socket.accept();
  }

  /** Sends, unless the session has ended, which `next` reports. */
  send(text: string): void {
    if (this.#ending === null) this.#socket.send(new TextEncoder().encode(text));
  }

  /**
   * The next line; null if none arrives within `limitMs`.
   * @throws SessionEnded if the session has ended
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
   * The next line that has already arrived; null if there is none.
   * @throws SessionEnded if the session has ended
   */
  poll(): ServerLine | null {
    const line = this.#lines.shift();
    if (line === undefined && this.#ending !== null) throw new SessionEnded(this.#ending);
    return line ?? null;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#end({ outcome: "closed" });
    try {
      this.#socket.close(1000);
    } catch {
      // The socket is already closed.
    }
  }

  #received(data: ArrayBuffer | string): void {
    if (this.#ending !== null) return;
    // The timer can't fire while a server sends without pause.
    if (Date.now() >= this.#deadlineMs) this.#timedOut();
    // NATS uses binary frames only.
    else if (typeof data === "string") this.#add({ op: "unreadable", excerpt: printable(data) });
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

  /** Ends the session at once and drops the unread lines. */
  #cut(ending: Ending): void {
    this.#lines = [];
    this.#end(ending);
  }

  #end(ending: Ending): void {
    this.#ending ??= ending;
    this.#wake();
  }
}
