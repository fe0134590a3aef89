import { createServer, type Server, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { listen, unlisten } from "./listening.ts";

/** Milliseconds between attempts to listen again on a port that another process took. */
const RETRY_MS = 100;

/** A listening socket that can be shut and opened again on the same port. */
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
   * Starts listening. After the first time it uses the same port, and retries until that is free.
   * @throws Error that names the address when the first attempt fails
   */
  open(): Promise<void> {
    return this.#change("open");
  }

  /** Stops listening: new connections are refused, open ones stay. */
  shut(): void {
    // A server that is about to listen must not be closed yet, because `listen` would never settle; `#apply` closes it.
    if (this.#server.listening) this.#server.close();
    void this.#change("shut");
  }

  #change(to: "open" | "shut"): Promise<void> {
    this.#wanted = to;
    const changed = this.#changed.then(() => this.#apply());
    this.#changed = changed.catch(() => {});
    return changed;
  }

  /** Applies the most recent request to open or shut. */
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
        await pause(RETRY_MS);
      }
    }
  }

  /**
   * Stops listening and closes the remaining sockets as the end of a process does, without a reset: after a reset a slow
   * client that writes before it reads would lose the last data sent to it. Resolves once all sockets are closed.
   */
  async end(): Promise<void> {
    this.#wanted = "shut";
    await this.#changed;
    const closed = unlisten(this.#server);
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** Resets every connection. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Resolves when all connections are closed, or after `deadlineMs`. */
  allClosed(deadlineMs: number): Promise<void> {
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

  /** Accepts connections without handling them, as the kernel does for a stopped process. */
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
