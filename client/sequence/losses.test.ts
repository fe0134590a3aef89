import { expect, test, vi } from "vitest";
import {
  openUntilAnswered,
  passes,
  passesBehind,
  playedFeed,
  publish,
  sequences,
} from "../../test/chaos/played-feed.ts";
import { VirtualClock } from "../../test/chaos/virtual-clock.ts";
import { Audience } from "./audience.ts";
import { Losses } from "./losses.ts";
import { Place } from "./place.ts";
import { Stored } from "./stored.ts";
import type { Stream } from "./stream.ts";

test.each([true, false])(
  "what was discarded is told, once, where nobody may ask what the stream is; after a break: %s",
  async (isBreak) => {
    const world = await playedFeed({ isInfoDenied: true });
    world.act({ do: "open" });
    await passes(world, 1000);
    const asked = vi.spyOn(world.stream, "answer");
    if (isBreak) world.act({ do: "cut", isStop: false });
    else world.act({ do: "lose", count: 9 });
    publish(world, 9, "s.a.1", 10);
    await passes(world, 500);
    world.act({ do: "discard", what: "one-message" });
    world.act({ do: "open" });
    await passes(world, 120_000);
    expect(world.feed.state).toEqual({ state: "current", lastSequence: 9 });
    expect(world.listeners[0]?.messages).toHaveLength(8);
    expect(world.listeners[0]?.gaps).toMatchObject([{ kind: "discarded", missing: { atMost: 1 } }]);
    // It isn't asked about what is told.
    expect(asked.mock.calls.filter(([subject]) => subject.includes("INFO"))).toHaveLength(1);
  },
);

test.each([
  ["what is missing", true, "INFO", { kind: "discarded", missing: { atMost: 1 }, recovered: 4 }],
  ["what is there", false, "batch", { kind: "break", missing: { exactly: 0 }, recovered: 5 }],
])(
  "a break that begins with the last answer about another is told with that: %s",
  async (_, isDiscarded, last, expected) => {
    const world = await playedFeed();
    publish(world);
    world.act({ do: "open" });
    await passes(world, 1000);
    world.act({ do: "cut", isStop: false });
    publish(world, 3);
    await passes(world, 1000);
    if (isDiscarded) world.act({ do: "discard", what: "one-message" });
    openUntilAnswered(world, (subject, payload) => `${subject} ${payload}`.includes(last));
    await passes(world, 3000);
    expect(world.feed.state).toMatchObject({ state: "behind", reason: "no-link", lastSequence: 4 });
    publish(world, 2);
    await passes(world, 1000);
    world.act({ do: "open" });
    await passes(world, 3000);
    expect(world.listeners[0]?.gaps).toMatchObject([expected]);
  },
);

test("what came and went during a break is told, though the next message names the one before it on its subject", async () => {
  const world = await playedFeed({ filter: "s.a.1" });
  world.act({ do: "open" });
  await passes(world, 1000);
  publish(world, 2);
  await passes(world, 1000);
  world.act({ do: "cut", isStop: false });
  publish(world, 2);
  await passes(world, 1000);
  publish(world, 1, "s.b.1");
  await passes(world, 1000);
  // The fourth goes: the last but one.
  world.act({ do: "discard", what: "one-message" });
  world.act({ do: "open" });
  await passes(world, 7);
  publish(world);
  await passes(world, 10_000);
  expect(sequences(world)).toEqual([1, 2, 3, 6]);
  expect(world.listeners[0]?.gaps).toMatchObject([{ kind: "discarded", missing: { atMost: 1 } }]);
});

test("what came and went during a break is told, though the one before it on its subject came before that break, while another was read", async () => {
  const world = await playedFeed({ filter: "s.a.1" });
  world.act({ do: "open" });
  await passes(world, 1000);
  world.act({ do: "cut", isStop: false });
  publish(world);
  await passes(world, 1000);
  world.act({ do: "latency", ms: 100 });
  world.act({ do: "open" });
  await passes(world, 120);
  publish(world);
  await passes(world, 190);
  // The second waits for the first to be read.
  expect(world.feed.state).toMatchObject({ state: "behind", lastSequence: 0 });
  world.act({ do: "cut", isStop: false });
  await passes(world, 500);
  world.act({ do: "latency", ms: 5 });
  publish(world);
  await passes(world, 1000);
  publish(world, 1, "s.b.1");
  await passes(world, 1000);
  // The third goes: the last but one.
  world.act({ do: "discard", what: "one-message" });
  world.act({ do: "open" });
  await passes(world, 3000);
  publish(world);
  await passes(world, 10_000);
  expect(sequences(world)).toEqual([1, 2, 5]);
  const gaps = world.listeners[0]?.gaps.map(({ kind, missing }) => [kind, missing]);
  expect(gaps).toContainEqual(["discarded", { atMost: 1 }]);
});

test("what came and went during a break is told, though the one before it on its subject was on its way when that began", async () => {
  const world = await playedFeed({ filter: "s.a.1" });
  const receive = world.feed.receiver();
  let late = (): void => expect.fail("nothing came");
  vi.spyOn(world.feed, "receiver").mockReturnValueOnce((message) => {
    late = () => receive(message);
  });
  world.act({ do: "open" });
  await passes(world, 1000);
  publish(world);
  await passes(world, 200);
  world.act({ do: "cut", isStop: false });
  late();
  publish(world);
  await passes(world, 1000);
  publish(world, 1, "s.b.1");
  await passes(world, 1000);
  // The second goes: the last but one.
  world.act({ do: "discard", what: "one-message" });
  world.act({ do: "open" });
  await passes(world, 3000);
  publish(world);
  await passes(world, 10_000);
  expect(sequences(world)).toEqual([1, 4]);
  const gaps = world.listeners[0]?.gaps.map(({ kind, missing }) => [kind, missing]);
  expect(gaps).toContainEqual(["discarded", { atMost: 1 }]);
});

test("what came and went during a break before the place was known is told", async () => {
  const world = await playedFeed({ filter: "s.a.1" });
  world.stream.mood = "off";
  world.act({ do: "open" });
  await passes(world, 1000);
  publish(world);
  await passes(world, 1000);
  world.act({ do: "cut", isStop: false });
  publish(world);
  await passes(world, 500);
  publish(world, 1, "s.b.1");
  await passes(world, 500);
  // The second goes: the last but one.
  world.act({ do: "discard", what: "one-message" });
  world.act({ do: "open" });
  await passes(world, 1000);
  publish(world);
  await passes(world, 60_000);
  expect(sequences(world)).toEqual([1, 4]);
  expect(world.listeners[0]?.gaps).toMatchObject([{ kind: "unreadable", missing: { atMost: 2 } }]);
});

test("what a replica hasn't got of a break, as a message shows that comes while it is read, is told", async () => {
  const world = await playedFeed();
  world.act({ do: "open" });
  await passes(world, 1000);
  publish(world);
  await passes(world, 1000);
  world.act({ do: "cut", isStop: false });
  publish(world);
  await passes(world, 500);
  world.act({ do: "latency", ms: 50 });
  world.act({ do: "mood", mood: "behind" });
  world.act({ do: "open" });
  await passes(world, 350);
  publish(world);
  await passesBehind(world, 9000);
  await passes(world, 30_000);
  expect(sequences(world)).toEqual([1, 3]);
  expect(world.listeners[0]?.gaps).toMatchObject([
    { kind: "unreadable", missing: { atMost: 1 } },
    { kind: "break", missing: { exactly: 0 } },
  ]);
});

test.each([5, 100])(
  "what whoever answers lacks for too long is told, however soon it has that then",
  async (ms) => {
    for (let behindMs = 5000; behindMs < 9000; behindMs += 90) {
      const world = await playedFeed();
      world.act({ do: "latency", ms });
      world.act({ do: "open" });
      await passes(world, 1000);
      publish(world);
      await passes(world, 1000);
      const fromMs = world.clock.now();
      world.act({ do: "lose", count: 1 });
      publish(world, 2);
      await passesBehind(world, behindMs);
      world.stream.mood = "on";
      await passes(world, 20_000);
      const [listener] = world.listeners;
      if (sequences(world)?.length === 3) expect(listener?.gaps).toEqual([]);
      else expect(listener?.gaps).toMatchObject([{ kind: "unreadable", missing: { atMost: 1 } }]);
      for (const gap of listener?.gaps ?? []) expect(gap.fromMs).toBeLessThanOrEqual(fromMs);
    }
  },
);

test.each([true, false])(
  "others' messages that were passed over before aren't told with it; in a break: %s",
  async (isBreak) => {
    const world = await playedFeed();
    world.act({ do: "open" });
    await passes(world, 1000);
    publish(world);
    await passes(world, 3000);
    if (isBreak) world.act({ do: "cut", isStop: false });
    publish(world, 3, "s.b.1");
    publish(world, 3);
    await passes(world, 500);
    world.act({ do: "latency", ms: 50 });
    world.act({ do: "mood", mood: "behind" });
    if (isBreak) world.act({ do: "open" });
    else world.act({ do: "lose", count: 1 });
    if (!isBreak) publish(world);
    await passes(world, 100);
    publish(world);
    await passesBehind(world, 12_000);
    world.stream.mood = "on";
    await passes(world, 30_000);
    expect(sequences(world)).toEqual(isBreak ? [1, 3, 5, 8] : [1, 3, 5, 7, 9]);
    const [gap, ...others] = world.listeners[0]?.gaps ?? [];
    // In the break one of others' is among them.
    expect(gap).toMatchObject({ kind: "unreadable", missing: { atMost: isBreak ? 2 : 1 } });
    expect(others.map(({ missing }) => missing)).toEqual(isBreak ? [{ exactly: 0 }] : []);
  },
);

test.each(["s.>", "s.a.*"])(
  "what a worker took of a stream before it could be read is told as gone: of %s",
  async (filter) => {
    for (const isOld of [false, true]) {
      const world = await playedFeed({ filter, isOld });
      world.act({ do: "open" });
      await passes(world, 1000);
      publish(world);
      await passes(world, 1000);
      world.act({ do: "lose", count: 1 });
      publish(world);
      if (filter !== "s.>") publish(world, 2, "s.b.1");
      publish(world);
      for (let ms = 0; ms < 400; ms += 1) {
        await passes(world, 1);
        world.stream.discard("messages");
      }
      await passes(world, 20_000);
      expect(world.listeners[0]?.gaps).toMatchObject([{ kind: "discarded" }]);
    }
  },
);

test("a break begins when all had come, also where what is announced never ends", async () => {
  const world = await playedFeed({ republishes: false });
  world.act({ do: "latency", ms: 50 });
  world.act({ do: "open" });
  await passes(world, 1000);
  publish(world, 500, "s.a.1", 20);
  await passes(world, 4500);
  const cutMs = world.clock.now();
  world.act({ do: "cut", isStop: false });
  await passes(world, 500);
  world.act({ do: "open" });
  await passes(world, 3000);
  expect(world.listeners[0]?.gaps[0]?.fromMs).toBeGreaterThan(cutMs - 300);
});

test("what replicas contradict each other about holds nothing up for long, and is told when they agree", async () => {
  const world = await playedFeed();
  world.act({ do: "open" });
  await passes(world, 1000);
  publish(world);
  await passes(world, 1000);
  world.act({ do: "cut", isStop: false });
  publish(world, 9, "s.a.1", 10);
  await passes(world, 1000);
  // The ninth goes: the last but one.
  world.act({ do: "discard", what: "one-message" });
  const answer = world.stream.answer.bind(world.stream);
  let asked = 0;
  vi.spyOn(world.stream, "answer").mockImplementation((subject, body) => {
    if (body.includes('"next_by_subj":">"')) asked += 1;
    world.stream.mood = asked % 2 === 1 && body.includes('"next_by_subj":">"') ? "behind" : "on";
    return answer(subject, body);
  });
  const before = world.states.length;
  world.act({ do: "open" });
  await passes(world, 8000);
  expect(world.listeners[0]?.gaps).toMatchObject([{ kind: "break", recovered: 8 }]);
  expect(world.states.slice(before).map(({ state }) => state)).toEqual(["behind", "current"]);
  vi.restoreAllMocks();
  world.stream.mood = "on";
  await passes(world, 15_000);
  expect(world.listeners[0]?.gaps[1]).toMatchObject({ kind: "discarded", missing: { atMost: 1 } });
});

test("a last message that is lost shows in silence, though the clock was set back", async () => {
  const world = await playedFeed();
  world.act({ do: "open" });
  await passes(world, 1000);
  publish(world);
  await passes(world, 10_000);
  vi.spyOn(world.feedClock, "now").mockImplementation(() => world.clock.now() - 3_600_000);
  world.act({ do: "lose", count: 1 });
  publish(world);
  await passes(world, 6000);
  expect(world.listeners[0]?.messages).toHaveLength(2);
});

test("what a link that is half dead kept away before another takes over from it is told", async () => {
  const world = await playedFeed({ filter: "s.a.1" });
  world.act({ do: "open" });
  await passes(world, 1000);
  publish(world);
  await passes(world, 1000);
  world.act({ do: "lose", count: 1 });
  publish(world);
  await passes(world, 500);
  publish(world, 1, "s.b.1");
  await passes(world, 200);
  // The second goes: the last but one.
  world.act({ do: "discard", what: "one-message" });
  world.act({ do: "latency", ms: 100 });
  world.act({ do: "handover" });
  // Only the second link brings it, before it takes over.
  world.act({ do: "lose", count: 1 });
  publish(world);
  await passes(world, 15_000);
  expect(sequences(world)).toEqual([1, 4]);
  expect(world.listeners[0]?.gaps).toMatchObject([{ kind: "discarded", missing: { atMost: 1 } }]);
});

test("an empty stream that nobody may ask about is followed", async () => {
  const world = await playedFeed({ isInfoDenied: true, republishes: false });
  world.act({ do: "open" });
  await passes(world, 1000);
  expect(world.feed.state).toEqual({ state: "current", lastSequence: 0 });
});

test("what was gone of an old server's stream before nobody might read it is told when that is over", async () => {
  const world = await playedFeed({ isOld: true, republishes: false });
  world.act({ do: "open" });
  await passes(world, 1000);
  publish(world);
  await passes(world, 200);
  publish(world);
  // It is announced after the latency.
  await passes(world, 1);
  world.act({ do: "discard", what: "messages" });
  publish(world);
  await passes(world, 200);
  expect(sequences(world)).toEqual([1, 3]);
  world.act({ do: "mood", mood: "forbidden" });
  await passes(world, 20_000);
  world.act({ do: "mood", mood: "on" });
  await passes(world, 90_000);
  expect(world.feed.state).toMatchObject({ state: "current" });
  expect(world.listeners[0]?.gaps).toMatchObject([{ kind: "discarded", missing: { atMost: 1 } }]);
});

test("what is missing after a place that couldn't be learnt isn't told exactly, though it may be asked by then", async () => {
  const world = await playedFeed({ filter: "s.>", lastSequence: 100 });
  const answer = world.stream.answer.bind(world.stream);
  const denied = vi
    .spyOn(world.stream, "answer")
    .mockImplementation((subject, payload) =>
      subject.includes("INFO") ? "denied" : answer(subject, payload),
    );
  world.act({ do: "open" });
  await passes(world, 1000);
  denied.mockRestore();
  publish(world);
  await passes(world, 20_000);
  expect(world.listeners[0]?.messages).toHaveLength(1);
  expect(world.listeners[0]?.gaps).toMatchObject([{ kind: "discarded", missing: { atMost: 100 } }]);
});

test("what one got of another stream as its history isn't told to it as missing", async () => {
  const world = await playedFeed({ filter: "s.>", lastSequence: 100_000, limitPerSubject: 1 });
  world.act({ do: "open" });
  await passes(world, 1000);
  world.stream.discard("stream");
  world.act({ do: "lose", count: 3 });
  world.act({ do: "join", history: { last: 26 } });
  world.act({ do: "cut", isStop: false });
  world.act({ do: "open" });
  await passes(world, 10);
  publish(world, 5, "s.a.1", 2000);
  await passes(world, 30_000);
  const [early, late] = world.listeners;
  expect(early?.messages.map(({ sequence }) => sequence)).toEqual([4, 5]);
  expect(late?.messages.map(({ sequence }) => sequence)).toEqual([1, 4, 5]);
  expect(late?.gaps.map(({ missing }) => missing)).toEqual([{ exactly: 0 }, "unknown", { atMost: 3 }]);
});

test.each([
  [2, 1],
  [3, 2],
])(
  "nor is it told exactly where what is missing begins later, and not for all (%i are lost)",
  async (count, atMost) => {
    const world = await playedFeed({ filter: "s.>", lastSequence: 100_000, limitPerSubject: 1 });
    world.act({ do: "open" });
    await passes(world, 1000);
    world.stream.discard("stream");
    world.act({ do: "lose", count });
    world.act({ do: "join", history: { last: 26 } });
    world.act({ do: "cut", isStop: false });
    world.act({ do: "open" });
    await passes(world, 10);
    publish(world, 1, "s.a.2");
    publish(world, 5, "s.a.1", 2000);
    await passes(world, 30_000);
    const [early, late] = world.listeners;
    expect(late?.messages).toHaveLength((early?.messages.length ?? 0) + 1);
    expect(late?.gaps.map(({ missing }) => missing)).toEqual([{ exactly: 0 }, "unknown", { atMost }]);
  },
);

test("what is gone of another stream of which nobody has got anything yet is told exactly", async () => {
  const world = await playedFeed({ filter: "s.>", lastSequence: 100_000, limitPerSubject: 1 });
  world.act({ do: "open" });
  await passes(world, 1000);
  world.stream.discard("stream");
  world.act({ do: "cut", isStop: false });
  publish(world, 4);
  await passes(world, 1000);
  world.act({ do: "open" });
  await passes(world, 30_000);
  expect(world.listeners[0]?.gaps.map(({ missing }) => missing)).toEqual(["unknown", { exactly: 3 }]);
});

test("of a stream that may be asked again what it is, what is gone is told", async () => {
  const world = await playedFeed({ isOld: true });
  world.act({ do: "open" });
  await passes(world, 1000);
  publish(world);
  await passes(world, 1000);
  // While it doesn't answer, nobody may ask why.
  world.act({ do: "mood", mood: "off" });
  const answer = world.stream.answer.bind(world.stream);
  const denied = vi
    .spyOn(world.stream, "answer")
    .mockImplementation((subject, payload) =>
      subject.includes("INFO") ? "denied" : answer(subject, payload),
    );
  await passes(world, 8000);
  denied.mockRestore();
  world.act({ do: "lose", count: 2 });
  publish(world, 2);
  await passes(world, 1000);
  world.act({ do: "discard", what: "messages" });
  publish(world);
  world.act({ do: "mood", mood: "on" });
  await passes(world, 70_000);
  expect(sequences(world)).toEqual([1, 4]);
  expect(world.listeners[0]?.gaps).toMatchObject([{ kind: "discarded", missing: { atMost: 2 } }]);
});

test("what is learnt of a stream says nothing of another that took its place meanwhile", async () => {
  const place = new Place("s.>", () => {});
  const read = (sequence: number) =>
    place.read(
      new Stored({ subject: "s.1", data: new Uint8Array(), sequence, time: "", headers: undefined }, false),
    );
  place.begin(0, "");
  read(2);
  const gap = vi.spyOn(Audience.prototype, "gap");
  const stream: Pick<Stream, "counts" | "direct" | "filter" | "find" | "signal"> = {
    counts: true,
    direct: "imported",
    filter: "s.>",
    signal: new AbortController().signal,
    find: async () => {
      place.restart();
      read(3);
      return null;
    },
  };
  const clock = new VirtualClock();
  const audience = new Audience(clock, () => expect.fail("no history is read"));
  await new Losses("s.>", clock, place, audience).look(stream as Stream);
  expect(gap).not.toHaveBeenCalled();
  expect(place.unproven).toEqual({ after: 0, upTo: 2, count: 2 });
});
