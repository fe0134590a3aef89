import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Unit } from "./frames.ts";
import { type DueAction, Lane, type LaneRules, type Pace } from "./lane.ts";
import { type FaultRule, momentWithin, type Passed, type Way } from "./rules.ts";

/** What happens to a new connection: forwarded, refused, accepted and ignored, or accepted and reset. */
export type Reception = "open" | "refuses" | "silent" | "resets";

/** Milliseconds between attempts to listen again on a port that another process took. */
const RETRY_MS = 100;

/** Options of a `FaultProxy`. */
export interface FaultProxyOptions {
  /** Loopback port to forward to. */
  readonly target: number;
  /** `tcp` forwards any protocol as bytes, such as a route between servers; default `websocket`. */
  readonly protocol?: "websocket" | "tcp";
  /** Port to listen on; default any free one, which another process may take while the proxy refuses. */
  readonly port?: number;
  /** Initial pace of both ways. */
  readonly pace?: Pace;
}

interface Connection {
  readonly near: Socket;
  readonly far: Socket | null;
  readonly lanes: Partial<Record<Way, Lane>>;
}

interface PendingRule {
  readonly rule: FaultRule;
  left: number;
  happened(): void;
}

/**
 * A proxy in front of a server that injects faults on demand; otherwise it forwards connections byte for
 * byte. Unless stated otherwise, methods affect open and future connections.
 */
export class FaultProxy implements LaneRules {
  port: number;
  readonly begins: "head" | "raw";
  readonly #target: number;
  readonly #connections = new Set<Connection>();
  readonly #paces: Record<Way, Pace>;
  readonly #frozen = new Set<Way>();
  #pending: PendingRule[] = [];
  #reception: Reception = "open";
  #server: Server | null = null;

  private constructor(port: number, { target, protocol, pace = {} }: FaultProxyOptions) {
    this.begins = protocol === "tcp" ? "raw" : "head";
    this.port = port;
    this.#target = target;
    this.#paces = { up: pace, down: pace };
  }

  get webSocketUrl(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  static async start(options: FaultProxyOptions): Promise<FaultProxy> {
    const proxy = new FaultProxy(options.port ?? 0, options);
    await proxy.#listen();
    return proxy;
  }

  /** Sets what happens to new connections; settles when it is in effect. */
  async setReception(reception: Reception): Promise<void> {
    this.#reception = reception;
    if (reception === "refuses") this.#stopListening();
    while (this.#server === null && this.#reception !== "refuses") {
      // Another process may have taken the port and may release it.
      await this.#listen().catch(() => pause(RETRY_MS));
    }
  }

  /** Adds a rule; settles when it has been applied for the first time. */
  add(rule: FaultRule): Promise<void> {
    return new Promise((happened) => {
      this.#pending.push({ rule, left: rule.times ?? 1, happened });
    });
  }

  setPace(way: Way, pace: Pace): void {
    this.#paces[way] = pace;
  }

  /** Holds all data on these ways, by default both. Connections stay open and silent. */
  freeze(...ways: readonly Way[]): void {
    for (const way of ways.length > 0 ? ways : (["up", "down"] as const)) {
      this.#frozen.add(way);
      for (const { lanes } of this.#connections) lanes[way]?.freeze();
    }
  }

  /** Releases all held data, including data held by a rule. */
  thaw(): void {
    this.#frozen.clear();
    for (const { lanes } of this.#connections) for (const lane of Object.values(lanes)) lane.thaw();
  }

  /** Sends FIN on one way of all open connections; the other way stays open. */
  end(way: Way): void {
    for (const { lanes } of this.#connections) lanes[way]?.end();
  }

  /** Resets all open connections (RST). */
  reset(): void {
    for (const { near, far } of this.#connections) {
      near.resetAndDestroy();
      far?.resetAndDestroy();
    }
  }

  /** Stops listening and closes all connections. */
  close(): void {
    this.#reception = "refuses";
    this.#stopListening();
    for (const { near, far } of this.#connections) {
      near.destroy();
      far?.destroy();
    }
  }

  // --- LaneRules ---

  pace(way: Way): Pace {
    return this.#paces[way];
  }

  due(way: Way, unit: Unit, passed: Passed): DueAction | null {
    for (const pending of this.#pending) {
      const { rule } = pending;
      const after = rule.way === way ? momentWithin(rule.at, unit, passed) : null;
      if (after === null) continue;
      pending.left -= 1;
      if (pending.left === 0) this.#pending = this.#pending.filter((one) => one !== pending);
      return { action: rule.action, after, happened: pending.happened };
    }
    return null;
  }

  #listen(): Promise<void> {
    // Half-open, so that a FIN is forwarded without closing the other way.
    const server = createServer({ allowHalfOpen: true }, (near) => this.#accept(near));
    this.#server = server;
    return new Promise((resolve, reject) => {
      server.once("error", (error) => {
        this.#server = null;
        reject(error);
      });
      // `#stopListening` was called before listening began.
      server.once("close", resolve);
      server.listen(this.port, "127.0.0.1", () => {
        this.port = (server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  /** Accepts no more connections and frees the port; open connections stay. */
  #stopListening(): void {
    this.#server?.close();
    this.#server = null;
  }

  #accept(near: Socket): void {
    if (this.#reception === "resets") {
      near.resetAndDestroy();
      return;
    }
    const far =
      this.#reception === "open"
        ? connect({ port: this.#target, host: "127.0.0.1", allowHalfOpen: true })
        : null;
    const lanes: Connection["lanes"] =
      far === null ? {} : { up: new Lane(near, far, "up", this), down: new Lane(far, near, "down", this) };
    const connection: Connection = { near, far, lanes };
    this.#connections.add(connection);
    if (far === null) near.resume().on("end", () => near.end());
    near.on("error", () => {});
    for (const end of [near, far]) {
      end?.on("close", () => {
        if (near.destroyed && far?.destroyed !== false) this.#connections.delete(connection);
      });
    }
    for (const way of this.#frozen) lanes[way]?.freeze();
  }
}
