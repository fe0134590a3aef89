/** A busy link that falls silent gets a ping soon; a publisher's pause or the client's own delay doesn't count as a dead link. */
import { setTimeout as pause } from "node:timers/promises";
import type { NatsConnection } from "@nats-io/transport-node";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { systemClock } from "../../client/clock.ts";
import type { Clock, Gap, SocketLike, Subscription } from "../../client/index.ts";
import { type ObservedClient, observedClient } from "../support/clients/client.ts";
import { connectPublisher } from "../support/clients/publisher.ts";
import type { Broker } from "../support/servers/broker.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { until } from "../support/tools/until.ts";

/** Finer than whole milliseconds, so that a new round trip is always a different number. */
const clock: Clock = { ...systemClock, now: () => performance.timeOrigin + performance.now() };

let broker: Broker;
let publisher: NatsConnection;
let observed: ObservedClient;
let subscription: Subscription;
let heard = 0;
let ticking: NodeJS.Timeout | undefined;
/** Called right after the client has sent a PING. */
let onPing = (): void => {};
const gaps: Gap[] = [];

/** A socket whose PINGs the test sees: the client's timers begin with them. */
function webSocket(url: string): SocketLike {
  const socket = new WebSocket(url);
  const send = socket.send.bind(socket) as (data: Uint8Array) => void;
  const tapped = (data: Uint8Array): void => {
    send(data);
    if (new TextDecoder().decode(data).includes("PING\r\n")) onPing();
  };
  return Object.assign(socket, { send: tapped }) as unknown as SocketLike;
}

beforeEach(async () => {
  heard = 0;
  gaps.length = 0;
  broker = await startNatsServer();
  publisher = await connectPublisher(broker.tcpUrl);
  onPing = () => {};
  observed = observedClient(broker.webSocketUrl, { clock, webSocket });
  subscription = observed.client.subscribe("s", () => {
    heard += 1;
  });
  subscription.onGap((gap) => gaps.push(gap));
  await observed.client.start();
  await until("it is subscribed", () => subscription.status === "active");
});
afterEach(async () => {
  clearInterval(ticking);
  await observed.client.stop();
  await publisher.close().catch(() => {});
  await broker.stop();
});

/** Runs `act` right after the client's next PING, and waits for its end. */
async function atNextPing(act: () => unknown): Promise<void> {
  let isOver = false;
  onPing = () => {
    onPing = () => {};
    void Promise.resolve(act()).then(() => {
      isOver = true;
    });
  };
  await until("a ping", () => isOver);
}

const publishEvery = (ms: number): void => {
  ticking = setInterval(() => publisher.publish("s"), ms);
};
const lost = () => observed.client.timeline.entries.filter(({ type }) => type === "link-lost");

test("detects a server that freezes under ten messages a second long before the next ping", async () => {
  publishEvery(100);
  await until("it is busy", () => heard > 20);
  await broker.freeze();
  // A timer of this process, which a busy machine delays as much as the client's own timers.
  const sixSeconds = new Promise((settle) => setTimeout(settle, 6000, "six seconds"));
  // Detected after 2 s of silence and 2.5 s for the answer; without traffic after 20 s and 5 s.
  expect(await Promise.race([observed.reaches("reconnecting"), sixSeconds])).not.toBe("six seconds");
  expect(observed.client.state).toMatchObject({ fault: { kind: "stale" } });
});

test.each([450, 1200])(
  "a server that freezes until %i ms and three round trips after a ping counts as slow, because it may have dropped its peers' messages",
  async (forMs) => {
    // So frequent that even a delayed publisher doesn't look like one with a slow pace.
    publishEvery(20);
    await until("it is busy", () => heard > 100);
    await broker.freeze();
    // Counted from the PING, like the client's own timers, so that a busy machine delays both.
    await atNextPing(() => pause(forMs + 3 * (observed.client.rttMs ?? 0)));
    broker.thaw();
    await until("it is told", () => gaps.length > 0);
    expect(gaps).toEqual([expect.objectContaining({ kind: "slow", missing: "unknown", recovered: 0 })]);
    expect(lost()).toEqual([]);
    expect(observed.client.timeline.entries.findLast(({ type }) => type === "gap")).toMatchObject({
      kind: "slow",
      subjects: 1,
    });
  },
);

test("a publisher's pause causes neither an alarm nor a gap", async () => {
  publishEvery(50);
  await until("it is busy", () => heard > 40);
  clearInterval(ticking);
  const before = observed.client.rttMs;
  // A new round-trip time shows that the client pinged because of the silence.
  await until("it was asked, long before the next ping", () => observed.client.rttMs !== before, 10_000);
  publishEvery(50);
  const after = heard;
  await until("it goes on", () => heard > after + 20);
  expect([lost(), gaps]).toEqual([[], []]);
  expect(observed.client.state.status).toBe("live");
});

test.each([2600, 3200, 4100])(
  "a client that was blocked for %i ms doesn't consider the link dead or slow",
  async (forMs) => {
    publishEvery(50);
    await until("it is busy", () => heard > 40);
    clearInterval(ticking);
    // The client pings after two seconds of silence; then the answer waits while this thread is blocked.
    await atNextPing(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, forMs));
    publishEvery(50);
    const after = heard;
    await until("it goes on", () => heard > after + 20);
    expect([lost(), gaps]).toEqual([[], []]);
  },
);
