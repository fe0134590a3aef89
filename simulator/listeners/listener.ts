import { createServer, type Server, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { listen, unlisten } from "./listening.ts";

/** How often a port that somebody else took meanwhile is asked for again, milliseconds. */
const ASK_AGAIN_MS = 100;

/** Where clients come in: a listening socket that can be shut and opened again on the same port. */
export class Listener {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #enter: (socket: Socket) => void;
  readonly host: string;
  /** The port it has, once it was opened. */
  port: number;
  #motion: "running" | "frozen" = "running";
  #wanted: "open" | "shut" = "shut";
  #wasOpen = false;
  /** The last change under way: one at a time, or two opens would fight for the port. */
  #changed: Promise<void> = Promise.resolve();
  readonly #waiting: Socket[] = [];

  constructor(host: string, port: number, enter: (socket: Socket) => void) {
    this.host = host;
    this.port = port;
    this.#enter = enter;
    this.#server = createServer({ noDelay: true }, (socket) => this.#arrive(socket));
  }

  /**
   * Begins to listen; the second time on the port it got the first time, and
   * as soon as it can be had: whoever took it meanwhile may leave again.
   * @throws Error that names the address, the first time, when it can't be had
   */
  open(): Promise<void> {
    return this.#change("open");
  }

  /** Stops listening: new connections are refused, the old ones stay. */
  shut(): void {
    // One that is only about to listen would never say whether it does: it is closed once it has.
    if (this.#server.listening) this.#server.close();
    void this.#change("shut");
  }

  #change(to: "open" | "shut"): Promise<void> {
    this.#wanted = to;
    const changed = this.#changed.then(() => this.#apply());
    this.#changed = changed.catch(() => {});
    return changed;
  }

  /** Only what was wanted last counts. */
  async #apply(): Promise<void> {
    if (this.#wanted === "shut") this.#server.close();
    else if (!this.#server.listening) await this.#listen();
  }

  async #listen(): Promise<void> {
    while (this.#wanted === "open") {
      try {
        this.port = await listen(this.#server, this.host, this.port);
        this.#wasOpen = true;
        return;
      } catch (error) {
        if (!this.#wasOpen) throw error;
        await pause(ASK_AGAIN_MS);
      }
    }
  }

  /**
   * Stops listening and lets go of what is left, as the end of a process does: a reset would take from who was held up
   * meanwhile, and speaks before it reads, the last that it was sent. Resolves once nothing is left.
   */
  async end(): Promise<void> {
    this.#wanted = "shut";
    await this.#changed;
    const closed = unlisten(this.#server);
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** Cuts every connection with a reset, whatever it is in the middle of. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Resolves when the last connection is gone, or after `deadlineMs`. */
  emptied(deadlineMs: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#sockets.size === 0) {
        resolve();
        return;
      }
      const timer = setTimeout(resolve, deadlineMs);
      for (const socket of this.#sockets) {
        socket.once("close", () => {
          if (this.#sockets.size > 0) return;
          clearTimeout(timer);
          resolve();
        });
      }
    });
  }

  /** Lets connections come, as the kernel does for a stopped process, but nobody in. */
  freeze(): void {
    this.#motion = "frozen";
  }

  thaw(): void {
    this.#motion = "running";
    for (const socket of this.#waiting.splice(0)) this.#enter(socket);
  }

  #arrive(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => this.#sockets.delete(socket));
    if (this.#motion === "frozen") this.#waiting.push(socket);
    else this.#enter(socket);
  }
}
