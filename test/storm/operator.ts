import { setTimeout as pause } from "node:timers/promises";
import type { Stretch } from "../support/ledger/core.ts";
import type { Cluster } from "../support/servers/cluster/index.ts";
import { cut, delay, open } from "../support/servers/cluster/routes.ts";
import type { PathFault, ServerFault, StormEvent } from "./faults.ts";
import type { DoneFault } from "./times.ts";

/** A server stopped for less than this loses no messages, milliseconds: they wait in its sockets. */
const NOTICEABLE_MS = 2000;

/** Inflicts the faults of a storm on a cluster at their times, and repairs everything at the end. */
export class StormOperator {
  /** When servers were stopped for so long that their clients must notice. */
  readonly frozen: Stretch[] = [];
  /** The faults so far, with their wall clock times. */
  readonly done: DoneFault[] = [];
  readonly #cluster: Cluster;
  readonly #handOver: () => void;
  readonly #running: Promise<void>[] = [];
  /** How many equal faults overlap: the last one to end repairs the path. */
  readonly #overlapping = new Map<string, number>();

  /** @param handOver makes the clients under test hand over to new links */
  constructor(cluster: Cluster, handOver: () => void) {
    this.#cluster = cluster;
    this.#handOver = handOver;
  }

  /** Plays a storm; settles when everything is repaired and the cluster is whole. */
  async play(events: readonly StormEvent[]): Promise<void> {
    const startedAtMs = performance.now();
    let server: Promise<void> = Promise.resolve();
    for (const { atMs, fault } of events) {
      await pause(Math.max(0, startedAtMs + atMs - performance.now()));
      this.done.push({ atMs: Date.now(), fault });
      switch (fault.do) {
        case "kill":
        case "freeze":
        case "lame-duck":
          // One at a time, even if a restart took longer than planned.
          await server;
          server = this.#run(this.#breakServer(fault));
          break;
        case "hand-over":
          this.#handOver();
          break;
        default:
          this.#run(this.#breakPath(fault));
      }
    }
    await Promise.all(this.#running);
    delay(this.#cluster.routes.all(), 0);
    await this.#cluster.settled();
  }

  #run(work: Promise<void>): Promise<void> {
    this.#running.push(work);
    return work;
  }

  async #breakServer(fault: ServerFault): Promise<void> {
    const { broker } = this.#cluster.server(fault.server);
    switch (fault.do) {
      case "kill":
        await broker.kill();
        await pause(fault.forMs);
        await broker.restart();
        break;
      case "freeze": {
        const fromMs = Date.now();
        await broker.freeze();
        await pause(fault.forMs);
        broker.thaw();
        if (fault.forMs >= NOTICEABLE_MS) {
          this.frozen.push({ server: fault.server, fromMs, toMs: Date.now() });
        }
        break;
      }
      case "lame-duck":
        broker.lameDuck();
        await pause(fault.forMs);
        await broker.kill();
        await broker.restart();
        break;
    }
  }

  async #breakPath(fault: PathFault): Promise<void> {
    switch (fault.do) {
      case "delay-routes":
        delay(this.#cluster.routes.between(...fault.between), fault.latencyMs);
        break;
      case "freeze-clients": {
        const { path } = this.#cluster.server(fault.server);
        await this.#whileBroken(
          `${fault.do} ${fault.server}`,
          fault.forMs,
          async () => path.freeze(),
          async () => path.thaw(),
        );
        break;
      }
      case "cut-clients": {
        const paths = [this.#cluster.server(fault.server).path];
        await this.#whileBroken(
          `${fault.do} ${fault.server}`,
          fault.forMs,
          () => cut(paths),
          () => open(paths),
        );
        break;
      }
      case "cut-routes": {
        const paths = this.#cluster.routes.between(...fault.between);
        await this.#whileBroken(
          `${fault.do} ${fault.between}`,
          fault.forMs,
          () => cut(paths),
          () => open(paths),
        );
        break;
      }
    }
  }

  async #whileBroken(
    what: string,
    forMs: number,
    breakIt: () => Promise<void>,
    repair: () => Promise<void>,
  ): Promise<void> {
    this.#overlapping.set(what, (this.#overlapping.get(what) ?? 0) + 1);
    await breakIt();
    await pause(forMs);
    const left = (this.#overlapping.get(what) ?? 1) - 1;
    this.#overlapping.set(what, left);
    if (left === 0) await repair();
  }
}
