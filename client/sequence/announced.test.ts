/** Messages that are only announced, and have to be fetched from the stream. */
import { expect, test, vi } from "vitest";
import type { FeedWorld } from "../../test/chaos/feed-world.ts";
import { advance, advanceWhileBehind, makeFeed, publish, sequences } from "../../test/chaos/make-feed.ts";
import { headersOf } from "../../test/chaos/virtual-headers.ts";

/** A current feed of a stream that has `count` messages and republishes none of them whole. */
async function playedHeadersOnly(count: number): Promise<FeedWorld> {
  const world = await makeFeed();
  world.act({ do: "lose", count: 1000 });
  world.act({ do: "batch", subject: "s.a.1", count });
  await advance(world, 1000);
  world.act({ do: "open" });
  await advance(world, 1000);
  return world;
}

/** Delivers the headers of the last message over each of `links` links. */
function bring(world: FeedWorld, links: number): void {
  const stored = world.stored.at(-1);
  if (stored === undefined) throw new Error("nothing is stored");
  const headers = { ...world.stream.republished(stored).headers, "Nats-Msg-Size": 3 };
  for (let link = 0; link < links; link += 1) {
    world.feed.createReceiver()({
      subject: "re.s.a.1",
      data: new Uint8Array(),
      headers: headersOf({ status: "", headers, payload: "" }),
      isHistory: false,
      respond: () => false,
    });
  }
}

test("headers that both links of a handover deliver count as one announced message", async () => {
  const world = await playedHeadersOnly(1);
  world.act({ do: "batch", subject: "s.a.1", count: 1 });
  await advance(world, 1000);
  bring(world, 2);
  await advance(world, 100);
  // A third copy arrives after the message was fetched.
  bring(world, 1);
  const before = world.states.length;
  await advance(world, 10_000);
  expect(world.listeners[0]?.messages).toHaveLength(1);
  expect(world.states.slice(before)).toEqual([]);
  expect(world.feed.state).toEqual({ state: "current", lastSequence: 2 });
});

test("a clock that is set back doesn't prolong the wait for messages that the stream keeps refusing", async () => {
  const world = await makeFeed({ republishes: false });
  world.act({ do: "latency", ms: 50 });
  world.act({ do: "open" });
  await advance(world, 1000);
  publish(world, 200, "s.a.1", 100);
  world.act({ do: "refused", subject: "s.a.1", count: 1000, everyMs: 20 });
  await advance(world, 1000);
  world.act({ do: "cut", isStop: false });
  world.act({ do: "open" });
  await advance(world, 300);
  vi.spyOn(world.feedClock, "now").mockImplementation(() => world.clock.now() - 60_000);
  expect(world.feed.state).toMatchObject({ state: "behind" });
  await advance(world, 7000);
  expect(world.feed.state).toMatchObject({ state: "current" });
});

test("a message that the stream refuses while it is asked for more makes the feed report `elsewhere`", async () => {
  const world = await makeFeed({ isOld: true, republishes: false });
  world.act({ do: "latency", ms: 50 });
  world.act({ do: "open" });
  await advance(world, 1000);
  publish(world);
  while (world.listeners[0]?.messages.length === 0) await advance(world, 10);
  world.act({ do: "refused", subject: "s.a.1", count: 1, everyMs: 0 });
  await advance(world, 12_000);
  expect(world.feed.state).toEqual({ state: "current", reason: "elsewhere", lastSequence: 1 });
});

test("an announcement after a handover is read at once, though the clock was set back", async () => {
  const world = await makeFeed({ republishes: false });
  world.act({ do: "open" });
  await advance(world, 1000);
  publish(world, 3);
  await advance(world, 1000);
  world.act({ do: "handover" });
  await advance(world, 700);
  vi.spyOn(world.feedClock, "now").mockImplementation(() => world.clock.now() - 3_600_000);
  // The stream takes long to store it.
  publish(world);
  await advance(world, 1000);
  expect(sequences(world)).toEqual([1, 2, 3, 4]);
});

test.each([true, false])(
  "a message that is discarded before it can be read is reported once, with the next message (after others: %s)",
  async (isAfterOthers) => {
    const world = await makeFeed({ republishes: false });
    world.act({ do: "open" });
    await advance(world, 1000);
    if (isAfterOthers) publish(world);
    await advance(world, 1000);
    publish(world);
    // The announcement arrives after the latency.
    await advance(world, 1);
    world.act({ do: "discard", what: "messages" });
    await advance(world, 20_000);
    publish(world);
    await advance(world, 20_000);
    expect(world.listeners[0]?.gaps).toMatchObject([{ kind: "discarded", missing: { atMost: 1 } }]);
    expect(world.listeners[0]?.messages.at(-1)?.sequence).toBe(isAfterOthers ? 3 : 2);
  },
);

test("announced messages that a replica doesn't have yet aren't reported as missing", async () => {
  const world = await makeFeed({ republishes: false });
  world.act({ do: "open" });
  await advance(world, 1000);
  publish(world, 3);
  await advance(world, 2000);
  publish(world, 2);
  await advanceWhileBehind(world, 12_000);
  await advance(world, 20_000);
  expect(sequences(world)).toEqual([1, 2, 3, 4, 5]);
  expect(world.listeners[0]?.gaps).toEqual([]);
});

test("messages stored under another subject aren't missing, and the feed reports `elsewhere`, though only the last one is kept", async () => {
  const world = await makeFeed({ republishes: false, limitPerSubject: 1 });
  const comes = () => {
    world.act({ do: "refused", subject: "s.a.1", count: 1, everyMs: 0 });
    world.stream.take("s.b.1", "");
  };
  comes();
  await advance(world, 1000);
  world.act({ do: "open" });
  for (let turn = 0; turn < 30; turn += 1) {
    comes();
    await advance(world, 1000);
  }
  await advance(world, 10_000);
  expect(world.listeners[0]?.gaps).toEqual([]);
  expect(world.feed.state).toMatchObject({ state: "unreadable", reason: "elsewhere" });
});

test("discarded messages are counted exactly when the filter matches the whole stream", async () => {
  const world = await makeFeed({ republishes: false, filter: "s.>", limit: 1 });
  world.act({ do: "open" });
  await advance(world, 1000);
  publish(world, 3);
  await advanceWhileBehind(world, 12_000);
  await advance(world, 20_000);
  expect(sequences(world)).toEqual([3]);
  expect(world.listeners[0]?.gaps).toMatchObject([{ kind: "discarded", missing: { exactly: 2 } }]);
});

test("without permission for STREAM.INFO, discarded messages are reported with the next message", async () => {
  const world = await makeFeed({ republishes: false, isInfoDenied: true });
  world.act({ do: "open" });
  await advance(world, 1000);
  for (let turn = 0; turn < 2; turn += 1) {
    publish(world);
    await advance(world, 1);
    world.act({ do: "discard", what: "messages" });
    await advance(world, 20_000);
  }
  expect(world.listeners[0]?.gaps).toEqual([]);
  publish(world);
  await advance(world, 20_000);
  expect(world.listeners[0]?.gaps).toMatchObject([{ kind: "discarded", missing: { atMost: 2 } }]);
});

test("headers with an old sequence and a later time show a recreated stream, which is read from its first message on", async () => {
  const world = await playedHeadersOnly(8);
  world.stream.discard("stream");
  world.act({ do: "batch", subject: "s.a.1", count: 2 });
  await advance(world, 250);
  bring(world, 1);
  // Sooner than after a silence.
  await advance(world, 2000);
  expect(sequences(world)).toEqual([1, 2]);
});

test("announcements that are never stored keep neither the feed behind nor a late listener from its history", async () => {
  const world = await makeFeed({ republishes: false });
  world.act({ do: "latency", ms: 50 });
  world.act({ do: "open" });
  await advance(world, 1000);
  publish(world, 450, "s.a.1", 20);
  world.act({ do: "refused", subject: "s.a.1", count: 450, everyMs: 20 });
  await advance(world, 1000);
  world.act({ do: "cut", isStop: false });
  world.act({ do: "open" });
  await advance(world, 7000);
  world.act({ do: "join", history: { sinceMs: 0 } });
  await advance(world, 1000);
  expect(world.feed.state).toMatchObject({ state: "current" });
  expect(world.listeners[0]?.gaps).toMatchObject([{ kind: "break", missing: { exactly: 0 } }]);
  expect(world.listeners[1]?.messages[0]).toMatchObject({ sequence: 1, isHistory: true });
});
