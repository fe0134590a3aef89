import { connect, type Socket } from "node:net";

/** How long a server may take for an answer before a test gives up, milliseconds. */
const DEADLINE_MS = 30_000;

/** The first INFO of a server, the fields that tests look at. */
export interface Info {
  readonly [field: string]: unknown;
  readonly nonce?: string;
}

/** A client that speaks bytes, so that it can say what no library would. Text is one character a byte. */
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
      // A reset can overtake the news that the connection stands: then it stood, and is over.
      socket.once("error", (error: NodeJS.ErrnoException) => {
        if (error.code === "ECONNRESET") resolve();
        else reject(error);
      });
    });
    return peer;
  }

  /** What came so far and wasn't taken. */
  get received(): Buffer {
    return this.#received;
  }

  get isEnded(): boolean {
    return this.#state === "ended";
  }

  send(bytes: string | Uint8Array): void {
    this.#socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  }

  /** Takes everything up to and with the first line end. */
  async line(): Promise<string> {
    await this.waitFor(() => this.#received.includes("\r\n"));
    return this.take(this.#received.indexOf("\r\n") + 2).toString("latin1");
  }

  /** Reads the INFO that opens every connection. */
  async info(): Promise<Info> {
    const line = await this.line();
    if (!line.startsWith("INFO ")) throw new Error(`no INFO but ${JSON.stringify(line)}`);
    return JSON.parse(line.slice(5)) as Info;
  }

  /** Everything up to the end of the stream. */
  async rest(): Promise<string> {
    await this.waitFor(() => this.#state === "ended");
    return this.take(this.#received.length).toString("latin1");
  }

  /** Resolves at the end of the stream, or when that long has passed without it, milliseconds. */
  async endOr(patienceMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, patienceMs);
      this.#socket.once("close", () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Everything up to the nth PONG. */
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

  /** Waits until something that came makes it so. */
  async waitFor(isSo: () => boolean): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(
          new Error(
            `nothing after ${DEADLINE_MS} ms; received ${JSON.stringify(this.#received.toString("latin1"))}`,
          ),
        );
      }, DEADLINE_MS);
    });
    try {
      while (!isSo()) {
        const news = new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        await Promise.race([news, deadline]);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** From now on hands what comes to `take` instead of keeping it. */
  onBytes(take: (bytes: Buffer) => void): void {
    this.#socket.removeAllListeners("data");
    this.#socket.on("data", take);
  }

  /** Stops reading, so that the server's bytes pile up. */
  pause(): void {
    this.#socket.pause();
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** A CONNECT that asks for nothing special, with `changes` laid over it. */
export function connectLine(changes: object = {}): string {
  const options = { verbose: false, pedantic: false, headers: true, no_responders: true, ...changes };
  return `CONNECT ${JSON.stringify(options)}\r\n`;
}
