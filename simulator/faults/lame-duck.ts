import { setTimeout as pause } from "node:timers/promises";
import type { NatsServer } from "../server.ts";

/** How a lame duck takes its time, milliseconds; the settings' values where left out. */
export interface LameDuckTimes {
  /** Before the first client is closed. */
  readonly graceMs?: number;
  /** Until the last one is, the grace included. */
  readonly durationMs?: number;
}

/** Closes a server's clients one by one, spread over its time, so that they don't all dial elsewhere at once. */
export class LameDuck {
  readonly #server: NatsServer;
  readonly #graceMs: number;
  readonly #durationMs: number;
  readonly #abort = new AbortController();

  constructor(server: NatsServer, times: LameDuckTimes) {
    this.#server = server;
    this.#graceMs = times.graceMs ?? server.settings.lameDuckGraceMs;
    this.#durationMs = times.durationMs ?? server.settings.lameDuckDurationMs;
  }

  /** Leaves the clients that are still there alone. */
  clear(): void {
    this.#abort.abort();
  }

  async run(): Promise<"over" | "cleared"> {
    const { signal } = this.#abort;
    try {
      await pause(this.#graceMs, undefined, { signal });
      const clients = [...this.#server.connections.values()];
      const stepMs = Math.max(0, this.#durationMs - this.#graceMs) / Math.max(1, clients.length);
      for (const connection of clients) {
        connection.close("serverShutdown");
        await pause(stepMs, undefined, { signal });
      }
      return "over";
    } catch {
      return "cleared";
    }
  }
}
