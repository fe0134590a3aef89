// Loaded ahead: the client imports it lazily, which takes real time, and virtual time doesn't wait.
import "nats.ws";
import { expect, test } from "vitest";
import { type Gap, MyceliumClient } from "../../client/index.ts";
import { Random } from "./random.ts";
import { lifeIsOver, settled } from "./settled.ts";
import { StalledLoop } from "./stalled-loop.ts";
import { VirtualClock } from "./virtual-clock.ts";
import { VirtualServer } from "./virtual-server.ts";
import { VirtualSocket } from "./virtual-socket.ts";

const LIVES = 200;
const EVERY_MS = 100;
const BUSY_MS = 8000;
const PAUSE_MS = 60_000;

/** A client on a slow or busy device, and a publisher of ten messages a second. */
class SlowLife {
  readonly clock = new VirtualClock();
  readonly gaps: Gap[] = [];
  received = 0;
  stalls = 0;
  readonly #random: Random;
  readonly #loop = new StalledLoop(this.clock);
  readonly #server = new VirtualServer(this.clock);
  readonly client: MyceliumClient;

  constructor(seed: number) {
    this.#random = new Random(seed);
    this.#server.latencyMs = this.#random.pick([0, 5, 50]);
    this.client = new MyceliumClient({
      servers: ["ws://virtual"],
      clock: this.#loop,
      random: this.#random.next,
      webSocket: () => this.#loop.hold(new VirtualSocket(this.#server, "browser")),
    });
    const subscription = this.client.subscribe("a", () => {
      this.received += 1;
    });
    subscription.onGap((gap) => this.gaps.push(gap));
  }

  /** Starts the client; settles once its subscription is active. */
  async begin(): Promise<void> {
    void this.client.start();
    for (let turn = 0; this.client.subscriptions[0]?.status !== "active"; turn += 1) {
      if (turn > 1000) throw new Error(`the client is ${this.client.state.status}, not subscribed`);
      await settled();
      await this.run(10);
    }
  }

  get losses(): number[] {
    return this.client.timeline.entries.filter(({ type }) => type === "link-lost").map(({ atMs }) => atMs);
  }

  async run(forMs: number): Promise<void> {
    const untilMs = this.clock.now() + forMs;
    while (this.clock.ringNext(untilMs)) await settled();
    this.clock.moveTo(untilMs);
  }

  /** Lets time pass with the event loop stalled again and again, mostly briefly, sometimes for seconds. */
  async stagger(forMs: number): Promise<void> {
    for (const untilMs = this.clock.now() + forMs; this.clock.now() < untilMs; ) {
      const stallMs =
        this.#random.next() < 0.1 ? this.#random.whole(1000, 8000) : this.#random.whole(20, 400);
      this.#loop.stall();
      await this.run(stallMs);
      this.stalls += 1;
      await this.#loop.resume(settled);
      await this.run(this.#random.whole(0, 20));
    }
  }

  publish(forMs: number): void {
    for (let atMs = 0; atMs < forMs; atMs += EVERY_MS) {
      this.clock.after(atMs + this.#random.next() * 30, () => void this.#server.publish("a", "x"));
    }
  }

  freeze(): void {
    this.#server.frozen = true;
  }
}

test(`in ${LIVES} lives, a slow device or a pausing publisher never costs a link, and a frozen server is noticed within 6 s`, {
  timeout: 60_000,
}, async () => {
  let stalls = 0;
  for (let seed = 1; seed <= LIVES; seed += 1) {
    const life = new SlowLife(seed);
    await life.begin();
    life.publish(BUSY_MS);
    await life.stagger(BUSY_MS + PAUSE_MS);
    life.publish(BUSY_MS);
    await life.stagger(BUSY_MS);
    const { received } = life;
    expect({ seed, losses: life.losses, gaps: life.gaps }).toEqual({ seed, losses: [], gaps: [] });
    expect(life.client.state.status).toBe("live");
    expect(received).toBeGreaterThan(BUSY_MS / EVERY_MS);
    stalls += life.stalls;

    // The event loop runs normally again, and the link is busy.
    life.publish(BUSY_MS + 6000);
    await life.run(BUSY_MS + (seed / LIVES) * 1000);
    life.freeze();
    const frozenAtMs = life.clock.now();
    await life.run(10_000);
    expect(life.losses).toHaveLength(1);
    expect((life.losses[0] ?? 0) - frozenAtMs).toBeLessThanOrEqual(6000);
    expect(life.client.timeline.entries.findLast(({ type }) => type === "link-lost")).toMatchObject({
      fault: { kind: "stale" },
    });
    void life.client.stop();
    await life.run(20_000);
    await lifeIsOver();
  }
  expect(stalls).toBeGreaterThan(LIVES * 10);
});
