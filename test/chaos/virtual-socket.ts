import type { SocketLike } from "../../client/index.ts";
import type { VirtualClock } from "./virtual-clock.ts";

type EventType = "open" | "message" | "close" | "error";
type Listener = (event: unknown) => void;

/** How long a browser waits for the peer's close frame, milliseconds. */
const CLOSING_TIMEOUT_MS = 2000;

/** Shorter than any dial timeout of the schedules, milliseconds: a dial closed sooner was closed too soon. */
const SHORTEST_DIAL_MS = 450;

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();

/** What the network does with a dial: delivers it, refuses it, or never answers. */
export type Reachability = "up" | "refuses" | "swallows";

/** The server and the network, as a socket sees them. */
export interface Network {
  readonly clock: VirtualClock;
  readonly reachability: Reachability;
  /** One-way latency, milliseconds. */
  readonly latencyMs: number;
  accept(socket: VirtualSocket): void;
  take(socket: VirtualSocket, text: string): void;
  forget(socket: VirtualSocket): void;
}

/** A WebSocket in virtual time, like a browser's (without `terminate`) or like that of Node's `ws`. */
export class VirtualSocket implements SocketLike {
  binaryType = "blob";
  readyState = 0;
  readonly bufferedAmount = 0;
  readonly terminate?: () => void;
  readonly #server: Network;
  readonly #listeners = new Map<EventType, Set<Listener>>();
  #arrivesAtMs = 0;
  #reachesServerAtMs = 0;
  #lost = false;
  readonly madeAtMs: number;
  readonly #reachable: boolean;
  /** When the client closed it before it had opened, though the server was reachable; browsers log an error for that. */
  closedTooSoonAtMs: number | null = null;
  /** Whether the client sent something while it was closing or closed; browsers log an error for that too. */
  sentTooLate = false;

  constructor(server: Network, kind: "browser" | "node") {
    this.#server = server;
    this.madeAtMs = server.clock.now();
    this.#reachable = server.reachability === "up";
    if (kind === "node") this.terminate = () => this.#abandon();
    const { reachability } = server;
    if (reachability === "up") this.#toClient(() => this.#open());
    else if (reachability === "refuses") this.#toClient(() => this.#fail());
  }

  /** Number of listeners that were not removed. */
  get listenerCount(): number {
    let count = 0;
    for (const set of this.#listeners.values()) count += set.size;
    return count;
  }

  addEventListener(type: EventType, listener: Listener): void {
    const set = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, set.add(listener));
  }

  removeEventListener(type: EventType, listener: Listener): void {
    this.#listeners.get(type)?.delete(listener);
  }

  send(data: Uint8Array<ArrayBuffer> | ArrayBuffer): void {
    if (this.readyState >= 2) this.sentTooLate = true;
    if (this.readyState !== 1) return;
    const text = DECODER.decode(data);
    this.#toServer(() => this.#server.take(this, text));
  }

  close(code?: number): void {
    if (code !== undefined && code !== 1000) throw new Error(`browsers refuse close code ${code}`);
    if (this.readyState >= 2) return;
    if (this.readyState === 0) {
      const nowMs = this.#server.clock.now();
      if (this.#reachable && nowMs - this.madeAtMs < SHORTEST_DIAL_MS) this.closedTooSoonAtMs = nowMs;
      this.#abandon();
      return;
    }
    this.readyState = 2;
    this.#toServer(() => this.#server.forget(this));
    this.#server.clock.after(CLOSING_TIMEOUT_MS, () => this.#closed(1006, ""));
  }

  // --- the server's side ---

  fromServer(text: string): void {
    this.#toClient(() => {
      if (this.readyState === 1) this.#emit("message", { data: ENCODER.encode(text).buffer });
    });
  }

  closeByServer(code: number, reason: string): void {
    this.#toClient(() => {
      // The runtime answers a close frame before its close event; it reports a broken connection at once.
      if (this.readyState === 1 && code !== 1006) this.readyState = 2;
      this.#server.clock.after(code === 1006 ? 0 : this.#server.latencyMs, () => this.#closed(code, reason));
    });
  }

  acknowledgeClose(): void {
    this.#toClient(() => this.#closed(1000, ""));
  }

  loseEverything(): void {
    this.#lost = true;
  }

  // --- life ---

  #open(): void {
    if (this.readyState !== 0) return;
    this.readyState = 1;
    this.#emit("open", {});
    this.#toServer(() => this.#server.accept(this));
  }

  #fail(): void {
    if (this.readyState === 3) return;
    this.#emit("error", {});
    this.#closed(1006, "");
  }

  #abandon(): void {
    if (this.readyState === 3) return;
    this.readyState = 2;
    this.#toServer(() => this.#server.forget(this));
    this.#server.clock.after(0, () => this.#fail());
  }

  #closed(code: number, reason: string): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.#emit("close", { code, reason, wasClean: code !== 1006 });
  }

  #emit(type: EventType, event: unknown): void {
    for (const listener of [...(this.#listeners.get(type) ?? [])]) listener(event);
  }

  /** Delivers to the client after the latency, in the order of the calls. */
  #toClient(deed: () => void): void {
    const { clock, latencyMs } = this.#server;
    this.#arrivesAtMs = Math.max(this.#arrivesAtMs, clock.now() + latencyMs);
    clock.after(this.#arrivesAtMs - clock.now(), () => {
      if (!this.#lost) deed();
    });
  }

  #toServer(deed: () => void): void {
    const { clock, latencyMs } = this.#server;
    this.#reachesServerAtMs = Math.max(this.#reachesServerAtMs, clock.now() + latencyMs);
    clock.after(this.#reachesServerAtMs - clock.now(), () => {
      if (!this.#lost) deed();
    });
  }
}
