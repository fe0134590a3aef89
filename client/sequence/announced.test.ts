/** What is announced and has to be fetched, where the stream republishes headers only. */
import { expect, test, vi } from "vitest";
import type { FeedWorld } from "../../test/chaos/feed-world.ts";
import { passes, passesBehind, playedFeed, publish, sequences } from "../../test/chaos/played-feed.ts";
import { headersOf } from "../../test/chaos/virtual-headers.ts";

/** A feed that is current, of a stream that has as many messages and republishes none of them whole. */
async function playedHeadersOnly(count: number): Promise<FeedWorld> {
  const world = await playedFeed();
  world.act({ do: "lose", count: 1000 });
  world.act({ do: "batch", subject: "s.a.1", count });
  await passes(world, 1000);
  world.act({ do: "open" });
  await passes(world, 1000);
  return world;
}

/** What each of so many links brings of the last message. */
function bring(world: FeedWorld, links: number): void {
  const stored = world.stored.at(-1);
  if (stored === undefined) throw new Error("nothing is stored");
  const headers = { ...world.stream.republished(stored).headers, "Nats-Msg-Size": 3 };
  for (let link = 0; link < links; link += 1) {
    world.feed.receiver()({
      subject: "re.s.a.1",
      data: new Uint8Array(),
      headers: headersOf({ status: "", headers, payload: "" }),
      isHistory: false,
      respond: () => false,
    });
  }
}

test("headers that both links of a handover bring are no message more that the stream would have to have", async () => {
  const world = await playedHeadersOnly(1);
  world.act({ do: "batch", subject: "s.a.1", count: 1 });
  await passes(world, 1000);
  bring(world, 2);
  await passes(world, 100);
  // The third comes when it has been fetched.
  bring(world, 1);
  const before = world.states.length;
  await passes(world, 10_000);
  expect(world.listeners[0]?.messages).toHaveLength(1);
  expect(world.states.slice(before)).toEqual([]);
  expect(world.feed.state).toEqual({ state: "current", lastSequence: 2 });
});

test("a clock that is set back makes a feed wait no longer for what is refused all the time", async () => {
  const world = await playedFeed({ republishes: false });
  world.act({ do: "latency", ms: 50 });
  world.act({ do: "open" });
  await passes(world, 1000);
  publish(world, 200, "s.a.1", 100);
  world.act({ do: "refused", subject: "s.a.1", count: 1000, everyMs: 20 });
  await passes(world, 1000);
  world.act({ do: "cut", isStop: false });
  world.act({ do: "open" });
  await passes(world, 300);
  vi.spyOn(world.feedClock, "now").mockImplementation(() => world.clock.now() - 60_000);
  expect(world.feed.state).toMatchObject({ state: "behind" });
  await passes(world, 7000);
  expect(world.feed.state).toMatchObject({ state: "current" });
});

test("what is refused while the stream is asked whether it has more is said to be elsewhere", async () => {
  const world = await playedFeed({ isOld: true, republishes: false });
  world.act({ do: "latency", ms: 50 });
  world.act({ do: "open" });
  await passes(world, 1000);
  publish(world);
  while (world.listeners[0]?.messages.length === 0) await passes(world, 10);
  world.act({ do: "refused", subject: "s.a.1", count: 1, everyMs: 0 });
  await passes(world, 12_000);
  expect(world.feed.state).toEqual({ state: "current", reason: "elsewhere", lastSequence: 1 });
});

test("a clock that is set back after a handover leaves nothing that is announced to the next silence", async () => {
  const world = await playedFeed({ republishes: false });
  world.act({ do: "open" });
  await passes(world, 1000);
  publish(world, 3);
  await passes(world, 1000);
  world.act({ do: "handover" });
  await passes(world, 700);
  vi.spyOn(world.feedClock, "now").mockImplementation(() => world.clock.now() - 3_600_000);
  // It takes long into the stream.
  publish(world);
  await passes(world, 1000);
  expect(sequences(world)).toEqual([1, 2, 3, 4]);
});

test.each([true, false])(
  "what was stored, and was gone again before it was read, is told of with the next message, once; after others: %s",
  async (isAfterOthers) => {
    const world = await playedFeed({ republishes: false });
    world.act({ do: "open" });
    await passes(world, 1000);
    if (isAfterOthers) publish(world);
    await passes(world, 1000);
    publish(world);
    // It is announced after the latency.
    await passes(world, 1);
    world.act({ do: "discard", what: "messages" });
    await passes(world, 20_000);
    publish(world);
    await passes(world, 20_000);
    expect(world.listeners[0]?.gaps).toMatchObject([{ kind: "discarded", missing: { atMost: 1 } }]);
    expect(world.listeners[0]?.messages.at(-1)?.sequence).toBe(isAfterOthers ? 3 : 2);
  },
);

test("what a replica that is behind hasn't got yet isn't missing", async () => {
  const world = await playedFeed({ republishes: false });
  world.act({ do: "open" });
  await passes(world, 1000);
  publish(world, 3);
  await passes(world, 2000);
  publish(world, 2);
  await passesBehind(world, 12_000);
  await passes(world, 20_000);
  expect(sequences(world)).toEqual([1, 2, 3, 4, 5]);
  expect(world.listeners[0]?.gaps).toEqual([]);
});

test("what is kept under another subject, of which only the last is kept, isn't missing, and is said to be elsewhere", async () => {
  const world = await playedFeed({ republishes: false, limitPerSubject: 1 });
  const comes = () => {
    world.act({ do: "refused", subject: "s.a.1", count: 1, everyMs: 0 });
    world.stream.take("s.b.1", "");
  };
  comes();
  await passes(world, 1000);
  world.act({ do: "open" });
  for (let turn = 0; turn < 30; turn += 1) {
    comes();
    await passes(world, 1000);
  }
  await passes(world, 10_000);
  expect(world.listeners[0]?.gaps).toEqual([]);
  expect(world.feed.state).toMatchObject({ state: "unreadable", reason: "elsewhere" });
});

test("what is gone of a stream that is read as a whole is told exactly", async () => {
  const world = await playedFeed({ republishes: false, filter: "s.>", limit: 1 });
  world.act({ do: "open" });
  await passes(world, 1000);
  publish(world, 3);
  await passesBehind(world, 12_000);
  await passes(world, 20_000);
  expect(sequences(world)).toEqual([3]);
  expect(world.listeners[0]?.gaps).toMatchObject([{ kind: "discarded", missing: { exactly: 2 } }]);
});

test("where nobody may ask how far the stream has got, that is told with the next message", async () => {
  const world = await playedFeed({ republishes: false, isInfoDenied: true });
  world.act({ do: "open" });
  await passes(world, 1000);
  for (let turn = 0; turn < 2; turn += 1) {
    publish(world);
    await passes(world, 1);
    world.act({ do: "discard", what: "messages" });
    await passes(world, 20_000);
  }
  expect(world.listeners[0]?.gaps).toEqual([]);
  publish(world);
  await passes(world, 20_000);
  expect(world.listeners[0]?.gaps).toMatchObject([{ kind: "discarded", missing: { atMost: 2 } }]);
});

test("headers with a sequence of before, stored later, are of another stream, which is read from its first message on", async () => {
  const world = await playedHeadersOnly(8);
  world.stream.discard("stream");
  world.act({ do: "batch", subject: "s.a.1", count: 2 });
  await passes(world, 250);
  bring(world, 1);
  // Sooner than silence would make it ask.
  await passes(world, 2000);
  expect(sequences(world)).toEqual([1, 2]);
});

test("what is announced and never stored all the time keeps no feed behind, nor who comes late from its history", async () => {
  const world = await playedFeed({ republishes: false });
  world.act({ do: "latency", ms: 50 });
  world.act({ do: "open" });
  await passes(world, 1000);
  publish(world, 450, "s.a.1", 20);
  world.act({ do: "refused", subject: "s.a.1", count: 450, everyMs: 20 });
  await passes(world, 1000);
  world.act({ do: "cut", isStop: false });
  world.act({ do: "open" });
  await passes(world, 7000);
  world.act({ do: "join", history: { sinceMs: 0 } });
  await passes(world, 1000);
  expect(world.feed.state).toMatchObject({ state: "current" });
  expect(world.listeners[0]?.gaps).toMatchObject([{ kind: "break", missing: { exactly: 0 } }]);
  expect(world.listeners[1]?.messages[0]).toMatchObject({ sequence: 1, isHistory: true });
});
