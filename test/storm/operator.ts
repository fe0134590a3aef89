import { setTimeout as pause } from "node:timers/promises";
import type { Stretch } from "../support/ledger/core.ts";
import type { Cluster } from "../support/servers/cluster/index.ts";
import { cut, delay, open } from "../support/servers/cluster/routes.ts";
import type { Blow, PathFault, ServerFault } from "./faults.ts";
import type { DoneFault } from "./times.ts";

/** A server that is stopped for less loses nothing: what comes meanwhile waits for it. */
const NOTICEABLE_MS = 2000;

/** Brings the faults of a storm over a cluster, each at its moment, and mends all at the end. */
export class StormOperator {
  /** When servers were stopped so long that their clients must notice. */
  readonly frozen: Stretch[] = [];
  /** What was done, and when: by the wall clock. */
  readonly done: DoneFault[] = [];
  readonly #cluster: Cluster;
  readonly #handOver: () => void;
  readonly #running: Promise<void>[] = [];
  /** How many faults lie on a path at the same time: the last one to end mends it. */
  readonly #broken = new Map<string, number>();

  /** @param handOver makes the clients under test take a new link */
  constructor(cluster: Cluster, handOver: () => void) {
    this.#cluster = cluster;
    this.#handOver = handOver;
  }

  /** Plays a storm; settles when all that it broke is mended and the cluster is whole. */
  async play(blows: readonly Blow[]): Promise<void> {
    const startedAtMs = performance.now();
    let server: Promise<void> = Promise.resolve();
    for (const { atMs, fault } of blows) {
      await pause(Math.max(0, startedAtMs + atMs - performance.now()));
      this.done.push({ atMs: Date.now(), fault });
      switch (fault.do) {
        case "kill":
        case "freeze":
        case "lame-duck":
          // One at a time, also where a restart took longer than was drawn.
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
    this.#broken.set(what, (this.#broken.get(what) ?? 0) + 1);
    await breakIt();
    await pause(forMs);
    const left = (this.#broken.get(what) ?? 1) - 1;
    this.#broken.set(what, left);
    if (left === 0) await repair();
  }
}
