import { expect, test, vi } from "vitest";
import {
  advance,
  makeFeed,
  makeLiveFeed,
  openUntilAnswered,
  publish,
  sequences,
} from "../../test/chaos/make-feed.ts";
import { VirtualClock } from "../../test/chaos/virtual-clock.ts";
import { Cursor } from "./cursor.ts";
import { FeedListeners } from "./feed-listeners.ts";
import { Losses } from "./losses.ts";
import { StoredMessage } from "./stored.ts";
import type { Stream } from "./stream.ts";

test.each([true, false])(
  "a discarded message is reported once if STREAM.INFO is denied (after a break: %s)",
  async (isBreak) => {
    const world = await makeFeed({ isInfoDenied: true });
    world.act({ do: "open" });
    await advance(world, 1000);
    const asked = vi.spyOn(world.stream, "answer");
    if (isBreak) world.act({ do: "cut", isStop: false });
    else world.act({ do: "lose", count: 9 });
    publish(world, 9, "s.a.1", 10);
    await advance(world, 500);
    world.act({ do: "discard", what: "one-message" });
    world.act({ do: "open" });
    await advance(world, 120_000);
    expect(world.feed.state).toEqual({ state: "current", lastSequence: 9 });
    expect(world.listeners[0]?.messages).toHaveLength(8);
    expect(world.listeners[0]?.gaps).toMatchObject([{ kind: "discarded", missing: { atMost: 1 } }]);
    // Nothing is requested again about what is reported.
    expect(asked.mock.calls.filter(([subject]) => subject.includes("INFO"))).toHaveLength(1);
  },
);

test.each([
  [
    "the number of missing messages",
    true,
    "INFO",
    { kind: "discarded", missing: { atMost: 1 }, recovered: 4 },
  ],
  ["the messages", false, "batch", { kind: "break", missing: { exactly: 0 }, recovered: 5 }],
])(
  "a break that begins with the last answer of a catch-up is reported with the one before (the answer has %s)",
  async (_, isDiscarded, last, expected) => {
    const world = await makeFeed();
    publish(world);
    world.act({ do: "open" });
    await advance(world, 1000);
    world.act({ do: "cut", isStop: false });
    publish(world, 3);
    await advance(world, 1000);
    if (isDiscarded) world.act({ do: "discard", what: "one-message" });
    openUntilAnswered(world, (subject, payload) => `${subject} ${payload}`.includes(last));
    await advance(world, 3000);
    expect(world.feed.state).toMatchObject({ state: "behind", reason: "no-link", lastSequence: 4 });
    publish(world, 2);
    await advance(world, 1000);
    world.act({ do: "open" });
    await advance(world, 3000);
    expect(world.listeners[0]?.gaps).toMatchObject([expected]);
  },
);

test("a lost last message is read after a silence, though the clock was set back", async () => {
  const world = await makeFeed();
  world.act({ do: "open" });
  await advance(world, 1000);
  publish(world);
  await advance(world, 10_000);
  vi.spyOn(world.feedClock, "now").mockImplementation(() => world.clock.now() - 3_600_000);
  world.act({ do: "lose", count: 1 });
  publish(world);
  await advance(world, 6000);
  expect(world.listeners[0]?.messages).toHaveLength(2);
});

test("an empty stream is followed if STREAM.INFO is denied", async () => {
  const world = await makeFeed({ isInfoDenied: true, republishes: false });
  world.act({ do: "open" });
  await advance(world, 1000);
  expect(world.feed.state).toEqual({ state: "current", lastSequence: 0 });
});

test("messages that an old server discarded before it denied reads are reported once it permits them", async () => {
  const world = await makeFeed({ isOld: true, republishes: false });
  world.act({ do: "open" });
  await advance(world, 1000);
  publish(world);
  await advance(world, 200);
  publish(world);
  // The announcement arrives after the latency.
  await advance(world, 1);
  world.act({ do: "discard", what: "messages" });
  publish(world);
  await advance(world, 200);
  expect(sequences(world)).toEqual([1, 3]);
  world.act({ do: "mood", mood: "forbidden" });
  await advance(world, 20_000);
  world.act({ do: "mood", mood: "on" });
  await advance(world, 90_000);
  expect(world.feed.state).toMatchObject({ state: "current" });
  expect(world.listeners[0]?.gaps).toMatchObject([{ kind: "discarded", missing: { atMost: 1 } }]);
});

test("missing messages aren't counted exactly after a position that was unknown, even if STREAM.INFO is permitted by then", async () => {
  const world = await makeFeed({ filter: "s.>", lastSequence: 100 });
  const answer = world.stream.answer.bind(world.stream);
  const denied = vi
    .spyOn(world.stream, "answer")
    .mockImplementation((subject, payload) =>
      subject.includes("INFO") ? "denied" : answer(subject, payload),
    );
  world.act({ do: "open" });
  await advance(world, 1000);
  denied.mockRestore();
  publish(world);
  await advance(world, 20_000);
  expect(world.listeners[0]?.messages).toHaveLength(1);
  expect(world.listeners[0]?.gaps).toMatchObject([{ kind: "discarded", missing: { atMost: 100 } }]);
});

test("messages of a recreated stream that a listener got as its history aren't reported to it as missing", async () => {
  const world = await makeFeed({ filter: "s.>", lastSequence: 100_000, limitPerSubject: 1 });
  world.act({ do: "open" });
  await advance(world, 1000);
  world.stream.discard("stream");
  world.act({ do: "lose", count: 3 });
  world.act({ do: "join", history: { last: 26 } });
  world.act({ do: "cut", isStop: false });
  world.act({ do: "open" });
  await advance(world, 10);
  publish(world, 5, "s.a.1", 2000);
  await advance(world, 30_000);
  const [early, late] = world.listeners;
  expect(early?.messages.map(({ sequence }) => sequence)).toEqual([4, 5]);
  expect(late?.messages.map(({ sequence }) => sequence)).toEqual([1, 4, 5]);
  expect(late?.gaps.map(({ missing }) => missing)).toEqual([{ exactly: 0 }, "unknown", { atMost: 3 }]);
});

test.each([
  [2, 1],
  [3, 2],
])(
  "missing messages of a recreated stream aren't counted exactly if some listeners got them as history (%i are lost)",
  async (count, atMost) => {
    const world = await makeFeed({ filter: "s.>", lastSequence: 100_000, limitPerSubject: 1 });
    world.act({ do: "open" });
    await advance(world, 1000);
    world.stream.discard("stream");
    world.act({ do: "lose", count });
    world.act({ do: "join", history: { last: 26 } });
    world.act({ do: "cut", isStop: false });
    world.act({ do: "open" });
    await advance(world, 10);
    publish(world, 1, "s.a.2");
    publish(world, 5, "s.a.1", 2000);
    await advance(world, 30_000);
    const [early, late] = world.listeners;
    expect(late?.messages).toHaveLength((early?.messages.length ?? 0) + 1);
    expect(late?.gaps.map(({ missing }) => missing)).toEqual([{ exactly: 0 }, "unknown", { atMost }]);
  },
);

test("discarded messages of a recreated stream are counted exactly if no listener got any of its messages", async () => {
  const world = await makeFeed({ filter: "s.>", lastSequence: 100_000, limitPerSubject: 1 });
  world.act({ do: "open" });
  await advance(world, 1000);
  world.stream.discard("stream");
  world.act({ do: "cut", isStop: false });
  publish(world, 4);
  await advance(world, 1000);
  world.act({ do: "open" });
  await advance(world, 30_000);
  expect(world.listeners[0]?.gaps.map(({ missing }) => missing)).toEqual(["unknown", { exactly: 3 }]);
});

test("discarded messages are reported once STREAM.INFO is permitted again", async () => {
  const world = await makeLiveFeed({ isOld: true });
  // While the stream doesn't answer, STREAM.INFO is denied.
  world.act({ do: "mood", mood: "off" });
  const answer = world.stream.answer.bind(world.stream);
  const denied = vi
    .spyOn(world.stream, "answer")
    .mockImplementation((subject, payload) =>
      subject.includes("INFO") ? "denied" : answer(subject, payload),
    );
  await advance(world, 8000);
  denied.mockRestore();
  world.act({ do: "lose", count: 2 });
  publish(world, 2);
  await advance(world, 1000);
  world.act({ do: "discard", what: "messages" });
  publish(world);
  world.act({ do: "mood", mood: "on" });
  await advance(world, 70_000);
  expect(sequences(world)).toEqual([1, 4]);
  expect(world.listeners[0]?.gaps).toMatchObject([{ kind: "discarded", missing: { atMost: 2 } }]);
});

test("a count for a stream that is recreated meanwhile isn't used for the new one", async () => {
  const cursor = new Cursor("s.>", () => {});
  const read = (sequence: number) =>
    cursor.onRead(
      new StoredMessage(
        { subject: "s.1", data: new Uint8Array(), sequence, time: "", headers: undefined },
        false,
      ),
    );
  cursor.begin(0, "");
  read(2);
  const gap = vi.spyOn(FeedListeners.prototype, "reportGap");
  const stream: Pick<Stream, "countsPending" | "directSubject" | "filter" | "find" | "signal"> = {
    countsPending: true,
    directSubject: "imported",
    filter: "s.>",
    signal: new AbortController().signal,
    find: async () => {
      cursor.restart();
      read(3);
      return null;
    },
  };
  const clock = new VirtualClock();
  const listeners = new FeedListeners(clock, () => expect.fail("no history is read"));
  await new Losses("s.>", clock, cursor, listeners).checkSkipped(stream as Stream);
  expect(gap).not.toHaveBeenCalled();
  expect(cursor.skipped).toEqual({ after: 0, upTo: 2, count: 2 });
});
