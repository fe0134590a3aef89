import { connect, type Socket } from "node:net";

/** Time limit for a server's answer, milliseconds. */
const DEADLINE_MS = 30_000;

/** A server's first INFO. */
export interface Info {
  readonly [field: string]: unknown;
  readonly nonce?: string;
}

/** A client that sends raw bytes, including ones that no library would send. Texts have one character per byte. */
export class Peer {
  readonly #socket: Socket;
  #received = Buffer.alloc(0);
  #state: "open" | "ended" = "open";
  #wake: () => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (bytes) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      this.#wake();
    });
    const end = (): void => {
      this.#state = "ended";
      this.#wake();
    };
    socket.on("end", end);
    socket.on("error", end);
    socket.on("close", end);
  }

  static async dial(port: number): Promise<Peer> {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    const peer = new Peer(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", () => resolve());
      // A reset can arrive before the connect event: the connection was established, and has ended.
      socket.once("error", (error: NodeJS.ErrnoException) => {
        if (error.code === "ECONNRESET") resolve();
        else reject(error);
      });
    });
    return peer;
  }

  /** Bytes that have arrived and haven't been taken. */
  get received(): Buffer {
    return this.#received;
  }

  get isEnded(): boolean {
    return this.#state === "ended";
  }

  send(bytes: string | Uint8Array): void {
    this.#socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  }

  /** Takes everything up to and including the first line end. */
  async line(): Promise<string> {
    await this.waitFor(() => this.#received.includes("\r\n"));
    return this.take(this.#received.indexOf("\r\n") + 2).toString("latin1");
  }

  /** Reads the INFO that opens every connection. */
  async info(): Promise<Info> {
    const line = await this.line();
    if (!line.startsWith("INFO ")) throw new Error(`expected INFO, but received ${JSON.stringify(line)}`);
    return JSON.parse(line.slice(5)) as Info;
  }

  /** Takes everything up to the end of the stream. */
  async rest(): Promise<string> {
    await this.waitFor(() => this.#state === "ended");
    return this.take(this.#received.length).toString("latin1");
  }

  /** Resolves when the connection has closed, or after `patienceMs`. */
  async endOr(patienceMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, patienceMs);
      this.#socket.once("close", () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Waits for `count` PONGs or the end of the stream, and takes everything that has arrived. */
  async untilPong(count = 1): Promise<string> {
    const isThere = (): boolean => this.#received.toString("latin1").split("PONG\r\n").length > count;
    await this.waitFor(() => isThere() || this.#state === "ended");
    return this.take(this.#received.length).toString("latin1");
  }

  take(count: number): Buffer {
    const taken = this.#received.subarray(0, count);
    this.#received = this.#received.subarray(count);
    return taken;
  }

  /** Checks the condition again whenever bytes arrive or the stream ends. @throws Error after `DEADLINE_MS` */
  async waitFor(isMet: () => boolean): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(
          new Error(
            `not within ${DEADLINE_MS} ms; received ${JSON.stringify(this.#received.toString("latin1"))}`,
          ),
        );
      }, DEADLINE_MS);
    });
    try {
      while (!isMet()) {
        const change = new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        await Promise.race([change, deadline]);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** From now on passes received bytes to `listener` instead of keeping them. */
  onBytes(listener: (bytes: Buffer) => void): void {
    this.#socket.removeAllListeners("data");
    this.#socket.on("data", listener);
  }

  /** Stops reading, so that the server's output accumulates. */
  pause(): void {
    this.#socket.pause();
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** A CONNECT line with ordinary options, except for the `changes`. */
export function connectLine(changes: object = {}): string {
  const options = { verbose: false, pedantic: false, headers: true, no_responders: true, ...changes };
  return `CONNECT ${JSON.stringify(options)}\r\n`;
}
