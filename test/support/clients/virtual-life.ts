/** The whole client on a virtual server, clock and network, for scenarios of days and for exact coincidences. */
// Loaded before virtual time begins: the client imports it lazily, which would take real time.
import "nats.ws";
import { expect } from "vitest";
import { LONGEST_TIMER_MS } from "../../../client/clock.ts";
import { type ClientOptions, type Credentials, MyceliumClient } from "../../../client/index.ts";
import { settled } from "../../chaos/settled.ts";
import { CountedClock, VirtualClock } from "../../chaos/virtual-clock.ts";
import { VirtualServer } from "../../chaos/virtual-server.ts";
import { VirtualSocket } from "../../chaos/virtual-socket.ts";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Maximum number of timers per run, so that an endless loop fails instead of hanging. */
const MOST_TIMERS = 10_000;

/** A virtual clock whose timers overflow like those of Node and browsers, and which can be set back. */
class OverflowingClock extends CountedClock {
  setBackMs = 0;

  override now(): number {
    return super.now() - this.setBackMs;
  }

  override after(delayMs: number, callback: () => void): () => void {
    return super.after(delayMs > LONGEST_TIMER_MS ? 1 : delayMs, callback);
  }
}

/** A client with its virtual server and clock. */
export class Life {
  readonly clock = new VirtualClock();
  readonly timers = new OverflowingClock(this.clock);
  readonly server = new VirtualServer(this.clock);
  readonly client: MyceliumClient;
  sockets = 0;

  constructor(options: Partial<ClientOptions> = {}) {
    this.client = new MyceliumClient({
      servers: ["ws://virtual"],
      clock: this.timers,
      random: () => 0.5,
      webSocket: () => {
        this.sockets += 1;
        return new VirtualSocket(this.server, "node");
      },
      ...options,
    });
  }

  /** A token with this lifetime from now on. */
  token(lifeMs: number): Credentials {
    return { type: "token", token: "t", expiresAtMs: this.clock.now() + lifeMs };
  }

  async run(forMs: number): Promise<void> {
    const untilMs = this.clock.now() + forMs;
    await settled();
    for (let rung = 0; this.clock.ringNext(untilMs); rung += 1) {
      if (rung > MOST_TIMERS) throw new Error(`timers fire without end while ${this.client.state.status}`);
      await settled();
    }
    this.clock.moveTo(untilMs);
  }

  async live(): Promise<this> {
    void this.client.start();
    await this.run(1000);
    expect(this.client.state.status).toBe("live");
    return this;
  }

  /** Number of timeline entries of this type. */
  count(type: string): number {
    return this.client.timeline.entries.filter((entry) => entry.type === type).length;
  }

  /** Stops the client and checks that no timer is left. */
  async end(): Promise<void> {
    void this.client.stop();
    await this.run(30_000);
    expect(this.timers.pending).toBe(0);
  }
}
