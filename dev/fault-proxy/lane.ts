import type { Socket } from "node:net";
import { frameOf, type Unit, UnitReader } from "./frames.ts";
import type { Action, Passed, Way } from "./rules.ts";

/** Delay and throughput limit of one way; unset means unlimited. */
export interface Pace {
  /** Delay of all data. */
  readonly latencyMs?: number;
  readonly bytesPerSecond?: number;
}

/** What a lane needs from its proxy. */
export interface LaneRules {
  /** Whether a connection begins with an HTTP head or with arbitrary bytes. */
  readonly begins: "head" | "raw";
  pace(way: Way): Pace;
  due(way: Way, unit: Unit, passed: Passed): DueAction | null;
}

/** An action that is due within a unit. */
export interface DueAction {
  readonly action: Action;
  /** Bytes of the unit to forward before the action. */
  readonly after: number;
  /** Called once the action is in effect. */
  happened(): void;
}

/** Writes per second of a throttled way. */
const SLICES_PER_SECOND = 20;

type Queued = { readonly unit: Unit | "end"; readonly atMs: number };

/** One way of one connection: reads units and forwards them as the rules allow. */
export class Lane {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #way: Way;
  readonly #rules: LaneRules;
  readonly #reader: UnitReader;
  readonly #queue: Queued[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  #frames = 0;
  #bytes = 0;
  #pumping = false;
  #over = false;
  #frozen: { readonly thawed: Promise<void>; thaw(): void } | null = null;

  constructor(from: Socket, to: Socket, way: Way, rules: LaneRules) {
    this.#from = from;
    this.#to = to;
    this.#way = way;
    this.#rules = rules;
    this.#reader = new UnitReader(rules.begins);
    from.on("data", (bytes: Buffer) => this.#enqueue(...this.#reader.read(bytes)));
    from.on("end", () => this.#enqueue("end"));
    from.on("error", () => {
      if (this.#frozen === null) to.resetAndDestroy();
    });
    from.on("close", () => this.#followCut());
    to.on("close", () => this.close());
  }

  /** Holds all further data, so that the sender's buffers fill up. */
  freeze(): void {
    if (this.#frozen !== null) return;
    let thaw = (): void => {};
    const thawed = new Promise<void>((resolve) => {
      thaw = resolve;
    });
    this.#frozen = { thawed, thaw };
    this.#from.pause();
  }

  thaw(): void {
    this.#frozen?.thaw();
    this.#frozen = null;
    this.#from.resume();
    this.#followCut();
  }

  /** Sends FIN and no more data. */
  end(): void {
    this.#over = true;
    this.#to.end();
  }

  /** Drops all data that has not been sent. */
  close(): void {
    this.#over = true;
    this.#frozen?.thaw();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  /** Destroys the receiver when the sender was cut without a FIN, unless the way is frozen. */
  #followCut(): void {
    if (this.#from.destroyed && !this.#from.readableEnded && this.#frozen === null) this.#to.destroy();
  }

  #enqueue(...units: readonly (Unit | "end")[]): void {
    for (const unit of units) this.#queue.push({ unit, atMs: performance.now() });
    if (!this.#pumping) void this.#pump();
  }

  async #pump(): Promise<void> {
    this.#pumping = true;
    for (let next = this.#queue.shift(); next !== undefined && !this.#over; next = this.#queue.shift()) {
      const { latencyMs = 0 } = this.#rules.pace(this.#way);
      await this.#pause(next.atMs + latencyMs - performance.now());
      await this.#frozen?.thawed;
      if (this.#over) break;
      if (next.unit === "end") this.end();
      else await this.#pass(next.unit);
    }
    this.#pumping = false;
  }

  async #pass(unit: Unit): Promise<void> {
    const passed = { frames: this.#frames, bytes: this.#bytes };
    const due = this.#rules.due(this.#way, unit, passed);
    const after = due?.after ?? unit.bytes.length;
    await this.#write(unit.bytes.subarray(0, after));
    if (due !== null) {
      await this.#act(due.action);
      due.happened();
      await this.#frozen?.thawed;
    }
    const eaten = due?.action.do === "drop" || due?.action.do === "replace";
    if (!eaten) await this.#write(unit.bytes.subarray(after));
    if (unit.kind === "frame") this.#frames += 1;
  }

  async #act(action: Action): Promise<void> {
    switch (action.do) {
      case "reset":
        this.#to.resetAndDestroy();
        this.#from.resetAndDestroy();
        break;
      case "end":
        this.end();
        break;
      case "freeze":
        this.freeze();
        break;
      case "say":
      case "replace":
        await this.#write(frameOf(action.text, this.#way === "up"));
        break;
      case "drop":
        break;
    }
  }

  async #write(bytes: Buffer): Promise<void> {
    const { bytesPerSecond = Number.POSITIVE_INFINITY } = this.#rules.pace(this.#way);
    const slice = Math.max(1, Math.floor(bytesPerSecond / SLICES_PER_SECOND));
    if (bytesPerSecond < Number.POSITIVE_INFINITY) this.#from.pause();
    for (let sent = 0; sent < bytes.length && !this.#over; sent += slice) {
      const part = bytes.subarray(sent, sent + slice);
      this.#bytes += part.length;
      if (!this.#to.write(part)) await this.#drained();
      await this.#pause((part.length / bytesPerSecond) * 1000);
    }
    if (this.#frozen === null) this.#from.resume();
  }

  /** Waits until the receiver's write buffer has drained. */
  #drained(): Promise<void> {
    this.#from.pause();
    return new Promise((resolve) => {
      const done = (): void => {
        this.#to.off("drain", done);
        this.#to.off("close", done);
        resolve();
      };
      this.#to.on("drain", done);
      this.#to.on("close", done);
      if (this.#to.destroyed) done();
    });
  }

  #pause(forMs: number): Promise<void> {
    if (forMs <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        resolve();
      }, forMs);
      this.#timers.add(timer);
    });
  }
}
